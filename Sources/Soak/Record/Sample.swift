/// One look at the server.
struct Sample: Sendable {
    /// Since the clients began.
    var seconds: Double
    /// `VmRSS`.
    var residentBytes: Int
    /// `VmHWM`.
    var peakBytes: Int
    /// What all TCP sockets of the machine have buffered in Linux, both sides of every connection.
    var tcpBytes: Int
    var descriptors: Int
    /// All threads; the runtime ends those of its pool that have nothing to do.
    var threads: Int
    /// The reactors' among them.
    var reactors: Int
    /// Linux's own workers for a ring (`iou-wrk-…`): there when an operation would have blocked.
    var kernelWorkers: Int
    /// What the server says of itself on `/metrics`; nil when it did not answer.
    var counters: Counters?
    /// The healthy client's latencies since the look before, in seconds.
    var latency: Latency?

    struct Latency: Sendable {
        var p50: Double
        var p99: Double
        var longest: Double
    }

    /// Those samples of `/metrics` that are looked at.
    struct Counters: Sendable {
        var connectionsOpen = 0
        var bodiesInFlight = 0
        var headBuffersFree = 0
        var windowsFree = 0
        var leasedBytes = 0
        /// Responses by the first digit of their status, from 2.
        var responses = [0, 0, 0, 0]
        var timeouts = 0
        /// Completions of nobody and operations Linux refused: mistakes of the server.
        var mistakes = 0
    }
}

extension Sample.Counters {
    /// Reads a page; nil when a sample is not there.
    init?(page: [String: Double]) {
        func value(_ name: String) -> Int? { page["sluice_" + name].flatMap { Int(exactly: $0) } }
        let classes = ["2xx", "3xx", "4xx", "5xx"].map { value("responses_total{class=\"\($0)\"}") }
        guard let open = value("connections_open"), let bodies = value("bodies_in_flight"),
            let heads = value("head_buffers_free"), let windows = value("windows_free"),
            let leased = value("memory_leased_bytes"), let timeouts = value("timeouts_total"),
            let stale = value("stale_completions_total"), let refused = value("kernel_refusals_total"),
            !classes.contains(nil)
        else { return nil }
        self.init(
            connectionsOpen: open, bodiesInFlight: bodies, headBuffersFree: heads, windowsFree: windows,
            leasedBytes: leased, responses: classes.compactMap(\.self), timeouts: timeouts,
            mistakes: stale + refused)
    }
}

/// What must be as it was when all clients are gone.
struct RestState: Equatable, Sendable {
    var descriptors: Int
    var connectionsOpen: Int
    var bodiesInFlight: Int
    var headBuffersFree: Int
    var windowsFree: Int
    var leasedBytes: Int

    /// Nil when the server did not answer.
    init?(_ sample: Sample) {
        guard let counters = sample.counters else { return nil }
        self.init(
            descriptors: sample.descriptors, connectionsOpen: counters.connectionsOpen,
            bodiesInFlight: counters.bodiesInFlight, headBuffersFree: counters.headBuffersFree,
            windowsFree: counters.windowsFree, leasedBytes: counters.leasedBytes)
    }

    init(
        descriptors: Int, connectionsOpen: Int, bodiesInFlight: Int, headBuffersFree: Int, windowsFree: Int,
        leasedBytes: Int
    ) {
        self.descriptors = descriptors
        self.connectionsOpen = connectionsOpen
        self.bodiesInFlight = bodiesInFlight
        self.headBuffersFree = headBuffersFree
        self.windowsFree = windowsFree
        self.leasedBytes = leasedBytes
    }
}
