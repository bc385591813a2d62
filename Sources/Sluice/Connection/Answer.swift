internal import HTTP1
internal import HTTPTypes

/// What a request will be answered with; written out when everything before it has been read. What reads a head throws
/// one where there is nothing more to read.
enum Answer: Error {
    /// A refusal with one sentence.
    case refusal(Refusal)
    /// A refusal that says what was expected and what came.
    case mismatch(Mismatch)
    /// 405 for a method that is refused, else the answer to `OPTIONS`: what the path allows.
    case methods(MethodSet, refused: Method?)
    /// A kernel's result.
    case result(ReductionResult)
    /// Plain words with a status that is no refusal: `/health`, `/ready`.
    case text(Status, StaticString)
    /// `/metrics`, written when it is asked for.
    case metrics
    /// What a handler made.
    case response(Response)

    /// Whether it ends the connection, by HTTP's rules or ours.
    var closesConnection: Bool {
        switch self {
        case .refusal(let refusal): refusal.status.closesConnection
        case .mismatch(let mismatch): mismatch.status.closesConnection
        case .text(let status, _): status.closesConnection
        case .response(let response):
            // A handler's 413 ends it as ours does: what a status says of the connection is HTTP's matter.
            Status(rawValue: UInt16(response.head.status.code))?.closesConnection ?? false
        case .methods, .result, .metrics: false
        }
    }

    /// Whether its content is written while it is sent.
    var isStreamed: Bool {
        if case .response(let response) = self, case .stream = response.content { true } else { false }
    }

    /// The status code, for counting.
    var code: Int {
        switch self {
        case .refusal(let refusal): refusal.status.code
        case .mismatch(let mismatch): mismatch.status.code
        case .text(let status, _): status.code
        case .methods(_, let refused): refused == nil ? 204 : 405
        case .result, .metrics: 200
        case .response(let response): response.head.status.code
        }
    }
}

/// What did not fit, in size, shape or time, with its numbers.
enum Mismatch: Equatable {
    case bodyTooLarge(limit: Int, length: Int)
    case memoryTooSmall(budget: Int, needed: Int)
    case notFloats(length: Int)
    case notRows(values: Int, columns: Int)
    /// By a kernel whose rows the query says nothing about.
    case notAccepted(values: Int, kernel: Excerpt)
    case unknownKernel(came: Excerpt, offered: [Excerpt])
    case headTooSlow(timeout: Duration)
    case bodyTooSlow(demanded: Int, period: Duration, arrived: Int)
    case handlerTooSlow(timeout: Duration)

    var status: Status {
        switch self {
        case .bodyTooLarge, .memoryTooSmall: .contentTooLarge
        case .notFloats, .notRows, .notAccepted, .unknownKernel: .unprocessableContent
        case .headTooSlow, .bodyTooSlow: .requestTimeout
        case .handlerTooSlow: .gatewayTimeout
        }
    }
}

/// The outcome of one reduction.
struct ReductionResult: Equatable {
    var value: Float
    var rows: Int
    var columns: Int

    func with(value: Float) -> ReductionResult {
        ReductionResult(value: value, rows: rows, columns: columns)
    }
}

/// The methods a path knows.
struct MethodSet: OptionSet, Sendable {
    let rawValue: UInt8
    init(rawValue: UInt8) { self.rawValue = rawValue }
    init(_ method: Method) { rawValue = 1 << method.rawValue }
}
