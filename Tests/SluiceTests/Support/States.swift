internal import HTTP1
internal import Testing
internal import Uring

@testable internal import Sluice

/// Every state that a connection can be in while something is in flight or waited for, and one way there.
enum ReachedState: String, CaseIterable, CustomTestStringConvertible {
    case fresh, idle, acceptingHead, awaitingMemory, sendingContinue, streaming, landing, discarding
    case writingKept, writingClosing, abandoningHead, abandoningBody, closingIdle, draining, closingReceive
    case closingSend

    var testDescription: String { rawValue }

    var events: [Event] {
        let oneRequest: [Event] = [
            .opened, .received(100), .answerHead(.result), .encoded(50), .sent(50), .requestEnded,
        ]
        let head: [Event] = [.opened, .received(100)]
        let streaming = head + [.planBody(.streamed(1 << 20)), .bodyNeedsMore]
        let writingClosing = head + [.headRefused(Refusal(.badRequest, "no request")), .encoded(50)]
        return switch self {
        case .fresh: [.opened]
        case .idle: oneRequest
        case .acceptingHead: head + [.headNeedsMore]
        case .awaitingMemory: head + [.planBody(.landed(4096))]
        case .sendingContinue: head + [.planBody(.streamed(4096), .expecting)]
        case .streaming: streaming
        case .landing: head + [.planBody(.landed(1 << 20)), .granted, .bodyNeedsMore]
        case .discarding:
            head + [.answerHead(.notFound, .init(), byteCount: 100, .length(5000)), .bodyNeedsMore]
        case .writingKept: head + [.answerHead(.result), .encoded(50)]
        case .writingClosing: writingClosing
        case .abandoningHead: head + [.headNeedsMore, .deadline]
        case .abandoningBody: streaming + [.deadline, .arrived(unread: 0)]
        case .closingIdle: [.opened, .deadline]
        case .draining: writingClosing + [.sent(50), .halfClosed]
        case .closingReceive: streaming + [.beginClosing]
        case .closingSend: writingClosing + [.beginClosing]
        }
    }

    func reach(limits: Limits = Limits()) -> Script {
        let script = Script(limits: limits)
        script.play(events)
        return script
    }
}
