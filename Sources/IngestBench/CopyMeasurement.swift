internal import LoadGenerator

/// How many bytes a server moves in user space for each body: counted from outside, in a second server with
/// the copy counter preloaded, in requests that are not timed.
struct CopyMeasurement {
    let targets: Targets

    /// Requests that the server may use to warm up, and those that are counted.
    private static let (warmUp, counted) = (20, 100)

    /// The bytes for each body, less what a 4-byte body costs.
    func run() throws -> Double {
        guard let library = CopyCounter.library(beside: try ownExecutable()) else {
            throw BenchError(
                "no libcopy-counter.so beside this program: swift build -c release --product copy-counter")
        }
        let counter = try CopyCounter()
        let target = try targets.sluice(environment: counter.environment(library: library))
        defer { target.stop() }
        guard counter.isLoaded else {
            throw BenchError("the server did not load the copy counter; is it a static executable?")
        }
        let body = try bytesPerRequest(target.plan, counter)
        let small = try RequestBody(valueCount: 1, seed: targets.settings.seed, asFile: true)
        var plan = target.plan
        plan.body = small
        plan.target = "/predict?columns=1"
        plan.expectedAnswer = .bytes(expectedAnswer(small, columns: 1))
        return body - (try bytesPerRequest(plan, counter))
    }

    /// The slope: what was done once, at start-up or for the first requests, is not in it.
    private func bytesPerRequest(_ plan: LoadPlan, _ counter: CopyCounter) throws -> Double {
        var plan = plan
        plan.connections = 1
        let session = LoadSession(plan: plan, engine: .blocking)
        defer { session.disconnect() }
        try send(Self.warmUp, session)
        let before = counter.total.bytesCopied
        try send(Self.counted, session)
        return Double(counter.total.bytesCopied - before) / Double(Self.counted)
    }

    private func send(_ requests: Int, _ session: LoadSession) throws {
        let outcome = try session.run(.requests(requests))
        guard outcome.right == requests else {
            throw BenchError(
                "\(requests - outcome.right) of \(requests) requests to the preloaded server failed")
        }
    }
}
