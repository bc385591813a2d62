internal import HTTP1

@testable internal import Sluice

// Values that the tests need again and again.

extension Answer {
    static let result = Answer.result(ReductionResult(value: 1, rows: 2, columns: 3))
    static let notFound = Answer.refusal(Refusal(.notFound, "no such path"))
    static let badRequest = Answer.refusal(Refusal(.badRequest, "no request"))
}

extension BodyPlan {
    /// A streamed body without scratch.
    static func streamed(_ length: Int) -> BodyPlan {
        BodyPlan(sink: .reduce, framing: .length(length), bodyLimit: 64 << 20)
    }

    static func landed(_ length: Int) -> BodyPlan {
        var plan = BodyPlan(sink: .landAndReduce, framing: .length(length), bodyLimit: 64 << 20)
        plan.landingBytes = length
        return plan
    }

    static func chunked(_ sink: Sink) -> BodyPlan {
        BodyPlan(sink: sink, framing: .chunked, bodyLimit: 64 << 20)
    }
}

extension Connection.RequestSummary {
    static let expecting = Connection.RequestSummary(expectsContinue: true)
    static let notKeptAlive = Connection.RequestSummary(keepsAlive: false)
}

extension String {
    /// Runs over the text's bytes as a span.
    func withSpan<Result>(_ body: (RawSpan) -> Result) -> Result {
        let bytes = Array(utf8)
        return unsafe bytes.withUnsafeBytes { body(unsafe RawSpan(_unsafeBytes: $0)) }
    }
}
