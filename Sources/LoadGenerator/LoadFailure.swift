internal import Glibc

/// Why a request got no answer that could be judged.
public enum LoadFailure: Error, Sendable, Equatable {
    /// The connection could not be opened; the `errno`.
    case connect(Int32)
    /// The connection broke (reset, or closed within the exchange); the `errno`, 0 for an early end.
    case broken(Int32)
    /// The server took longer than the plan allows.
    case timeout
    /// An answer with another status than 200.
    case status(Int)
    /// Bytes that are no response.
    case malformed(Response.Malformed)

    /// A few words for people.
    public var text: String {
        switch self {
        case .connect(let code): "connect: \(errorText(code))"
        case .broken(0): "connection closed before the answer"
        case .broken(let code): "connection broken: \(errorText(code))"
        case .timeout: "timeout"
        case .status(let status): "status \(status)"
        case .malformed(let reason): "malformed response (\(reason))"
        }
    }
}

/// How many requests failed, by kind.
public struct FailureCounts: Sendable, Equatable {
    /// Connections that could not be opened.
    public private(set) var connect = 0
    /// Connections that broke within an exchange.
    public private(set) var broken = 0
    /// Requests that took too long.
    public private(set) var timeout = 0
    /// Answers with another status than 200.
    public private(set) var status = 0
    /// Of those, 503: a server that says it has no room for more.
    public private(set) var unavailable = 0
    /// Answers that are no response.
    public private(set) var malformed = 0
    /// The first failure, as an example for the report.
    public private(set) var first: LoadFailure?

    /// No failure.
    public init() {}

    /// All kinds together.
    public var total: Int { connect + broken + timeout + status + malformed }

    /// Each kind by its name.
    public var byKind: [(name: String, count: Int)] {
        [
            ("connect", connect), ("broken", broken), ("timeout", timeout), ("status", status),
            ("malformed", malformed),
        ]
    }

    /// Counts one more.
    public mutating func count(_ failure: LoadFailure) {
        first = first ?? failure
        switch failure {
        case .connect: connect += 1
        case .broken: broken += 1
        case .timeout: timeout += 1
        case .status(let code):
            status += 1
            if code == 503 { unavailable += 1 }
        case .malformed: malformed += 1
        }
    }

    /// Adds another worker's or round's.
    public mutating func add(_ other: FailureCounts) {
        first = first ?? other.first
        connect += other.connect
        broken += other.broken
        timeout += other.timeout
        status += other.status
        unavailable += other.unavailable
        malformed += other.malformed
    }
}
