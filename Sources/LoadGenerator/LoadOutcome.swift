/// What one run, or one worker's part of it, came to.
public struct LoadOutcome: Sendable {
    /// Requests that were answered 200 with the expected bytes.
    public private(set) var right = 0
    /// Requests that were answered 200 with others.
    public private(set) var wrong = 0
    /// The first wrong answer.
    public private(set) var firstWrong: [UInt8]?
    /// Requests without such an answer.
    public private(set) var failures = FailureCounts()
    /// Requests that were given up when the run's time was over.
    public private(set) var unfinished = 0
    /// Connections opened anew because the server had closed them between two requests, as it may.
    public private(set) var reconnects = 0
    /// The times of all that were answered 200.
    public private(set) var latencies = Latencies()
    /// When the first request began and the last one ended, on the monotonic clock.
    public private(set) var interval: ClosedRange<UInt64>?

    /// Nothing yet.
    public init() {}

    /// Requests that were answered 200.
    public var answered: Int { right + wrong }
    /// Whether no answer was wrong and no request failed; there need not have been any.
    public var isFaultless: Bool { wrong == 0 && failures.total == 0 }
    /// From the first request's start to the last one's end.
    public var seconds: Double {
        interval.map { Double($0.upperBound - $0.lowerBound) / 1e9 } ?? 0
    }

    /// Counts a request that ended.
    mutating func record(_ verdict: Verdict, began: UInt64, ended: UInt64) {
        extend(to: began...max(began, ended))
        switch verdict {
        case .right: right += 1
        case .wrong(let answer):
            wrong += 1
            firstWrong = firstWrong ?? answer
        case .failed(let failure):
            failures.count(failure)
            return
        }
        latencies.record(nanoseconds: ended &- began)
    }

    /// Counts a request that was given up.
    mutating func recordUnfinished(began: UInt64, ended: UInt64) {
        extend(to: began...max(began, ended))
        unfinished += 1
    }

    mutating func countReconnect() {
        reconnects += 1
    }

    /// Adds another worker's part. The interval then spans both.
    public mutating func add(_ other: LoadOutcome) {
        right += other.right
        wrong += other.wrong
        firstWrong = firstWrong ?? other.firstWrong
        failures.add(other.failures)
        unfinished += other.unfinished
        reconnects += other.reconnects
        latencies.add(other.latencies)
        if let interval = other.interval { extend(to: interval) }
    }

    private mutating func extend(to other: ClosedRange<UInt64>) {
        guard let own = interval else { return interval = other }
        interval = min(own.lowerBound, other.lowerBound)...max(own.upperBound, other.upperBound)
    }
}

/// What became of one request.
enum Verdict: Equatable {
    case right
    case wrong([UInt8])
    case failed(LoadFailure)
}
