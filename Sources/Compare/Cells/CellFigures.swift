internal import LoadGenerator

/// What was measured in one cell of one round.
struct CellFigures: Sendable {
    /// Requests that were to be made.
    var asked = 0
    /// Requests with the right answer.
    var right = 0
    /// Requests with a wrong one, those before what was measured among them: ``adding(faultsOf:)``.
    var wrong = 0
    /// Requests without an answer, in the same way; under a workload that allows refusals, those are not among them.
    var failures = 0
    /// The first of them, in words.
    var firstFailure: String?
    /// Requests refused with 503, where that is allowed.
    var refused = 0
    /// Requests sent again on a new connection, as a client program would: the server had closed the kept one before
    /// it answered.
    var sentAgain = 0
    /// Requests that were given up when the cell was cut.
    var unfinished = 0
    /// From the first request to the last one's end.
    var seconds = 0.0
    var latencyP50: Double?
    var latencyP99: Double?
    /// Seconds of the server's processes, all of them.
    var cpuSeconds: Double?
    /// How many cores' worth of time this program took.
    var clientCores: Double?
    var peakMemory: Int?
    /// Threads of the server at most, less those at rest, before the warm-up.
    var threadsAdded: Int?
    /// The p99 of `/hello` before the load, and beside it.
    var helloAlone: Double?
    var helloBeside: Double?
    /// Its longest answer beside the load: a p99 of hundreds of probes does not see a moment.
    var helloWorst: Double?
    /// Probes of `/hello` that got no answer.
    var helloFailures = 0
    /// Whether it was cut in its warm-up, and this is what was seen of that.
    var isOfWarmUp = false
    /// After how many seconds the cell was cut; nil when it came to its end.
    var cutAfter: Double?

    var requestsPerSecond: Double { seconds > 0 ? Double(right) / seconds : 0 }
    /// Requests that came to an end.
    var ended: Int { right + wrong + failures + refused }
    /// Whether the rate stands for what was asked: wrong and refused answers are cheap.
    var counts: Bool { right > 0 && wrong == 0 && failures * 100 <= ended }
    /// It, as what was seen of a warm-up that was cut; nil when it was not.
    var ifCutInWarmUp: CellFigures? {
        guard cutAfter != nil else { return nil }
        var figures = self
        figures.isOfWarmUp = true
        return figures
    }
    /// It, with the wrong answers and failures of what was asked before it and is not measured: a warm-up, or a load that was over
    /// too soon to tell anything. They are the server's all the same.
    func adding(faultsOf earlier: CellFigures) -> CellFigures {
        var figures = self
        figures.asked += earlier.wrong + earlier.failures
        figures.wrong += earlier.wrong
        figures.failures += earlier.failures
        figures.firstFailure = earlier.firstFailure ?? firstFailure
        return figures
    }
    /// When everything had been answered; nil when it was not.
    var allDoneAfter: Double? {
        cutAfter == nil && unfinished == 0 && failures == 0 && wrong == 0 ? seconds : nil
    }
}

extension CellFigures {
    /// What the client saw.
    init(_ outcome: LoadOutcome, of requests: Int, workload: Workload) {
        asked = requests
        right = outcome.right
        wrong = outcome.wrong
        let all = outcome.failures
        refused = workload.allowsRefusals ? all.unavailable : 0
        failures = all.total - refused
        firstFailure = all.first.flatMap { refused > 0 && $0 == .status(503) ? nil : $0.text }
        sentAgain = outcome.reconnects
        unfinished = max(outcome.unfinished, requests - ended)
        seconds = outcome.seconds
        latencyP50 = outcome.latencies.percentile(50)
        latencyP99 = outcome.latencies.percentile(99)
        cutAfter = ended < requests ? workload.limit / .seconds(1) : nil
    }
}
