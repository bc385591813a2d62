internal import HTTP1
internal import Testing
internal import Uring

@testable internal import Sluice

/// What can happen to a connection, as a table's cell.
enum Event {
    case opened
    case received(Int)
    case headNeedsMore
    case headRefused(Refusal)
    /// The head is whole, was so long, and needs no body to be answered.
    case answerHead(Answer, Connection.RequestSummary = .init(), byteCount: Int = 100, BodyFraming = .none)
    case planBody(BodyPlan, Connection.RequestSummary = .init(), byteCount: Int = 100)
    case granted
    case withdrawn
    case receivedBody(Int)
    /// That many bytes went to their place.
    case tookBody(Int)
    case bodyNeedsMore
    case bodyComplete
    case bodyRefused(Refusal)
    case arrived(unread: Int, isReadable: Bool = false)
    case idleEnded(unread: Int)
    case taken(unsent: Int)
    case answered(Answer)
    case encoded(Int)
    case sent(Int)
    case halfClosed
    case lastAnswerSent(unread: Int)
    case requestEnded
    case endOfStream
    case receiveFailed(Disposition)
    case sendFailed(Disposition)
    /// The deadline comes, exactly when it was set for.
    case deadline
    case after(Duration)
    case starved(Connection.InFlight)
    case rearm
    case cancelQueued
    case cancelCompleted(Connection.InFlight)
    case closeCompleted
    case stop
    case beginClosing
    /// The reactor has moved what came of the next head to the buffer's front.
    case leftover(Int)
}

/// A connection played by hand: events in, the names of actions out.
final class Script {
    static let start = MonotonicInstant(nanoseconds: 1_000_000_000_000)

    var connection: Connection
    var now = Script.start

    init(limits: Limits = Limits()) { connection = Connection(limits: limits) }

    /// The action's name with its numbers; "-" where an event has none.
    func play(_ event: Event) -> String {
        guard let action = perform(event) else { return "-" }
        return action.name
    }

    /// Plays a table: each row an event and the action expected.
    func play(_ rows: [(Event, String)], sourceLocation: SourceLocation = #_sourceLocation) {
        for (index, row) in rows.enumerated() {
            let action = play(row.0)
            #expect(action == row.1, "row \(index): \(row.0)", sourceLocation: sourceLocation)
        }
    }

    /// Plays events whose actions are of no interest.
    func play(_ events: [Event]) {
        for event in events { _ = perform(event) }
    }

    /// How long from now until the deadline.
    var untilDeadline: Duration? {
        connection.deadline == .distantFuture ? nil : now.duration(until: connection.deadline)
    }

    private func perform(_ event: Event) -> ConnectionAction? {
        switch event {
        case .opened: return connection.opened(now: now)
        case .received(let count): return connection.received(count, now: now)
        case .headNeedsMore: return connection.headNeedsMore()
        case .headRefused(let refusal): return connection.headRefused(refusal, now: now)
        case .answerHead(let answer, let request, let byteCount, let framing):
            return connection.headDecided(
                request, byteCount: byteCount, answer: answer, framing: framing, now: now)
        case .planBody(let plan, let request, let byteCount):
            return connection.headDecided(request, byteCount: byteCount, plan: plan, now: now)
        case .granted: return connection.memoryGranted(now: now)
        case .withdrawn: return connection.memoryWithdrawn(now: now)
        case .receivedBody(let count): return connection.receivedBody(count, now: now)
        case .tookBody(let count):
            connection.progress.skip(count)
            return nil
        case .bodyNeedsMore: return connection.bodyNeedsMore(now: now)
        case .bodyComplete: return connection.bodyComplete(now: now)
        case .bodyRefused(let refusal): return connection.bodyRefused(refusal, now: now)
        case .arrived(let unread, let isReadable):
            return connection.arrived(unread: unread, isReadable: isReadable, now: now)
        case .idleEnded(let unread): return connection.idleEnded(unread: unread, now: now)
        case .taken(let unsent): return connection.taken(unsent: unsent, now: now)
        case .answered(let answer): return connection.answered(answer, now: now)
        case .encoded(let count): return connection.encoded(byteCount: count)
        case .sent(let count): return connection.sent(count, now: now)
        case .halfClosed: return connection.halfClosed(now: now)
        case .lastAnswerSent(let unread): return connection.lastAnswerSent(unread: unread, now: now)
        case .requestEnded: return connection.requestEnded(now: now)
        case .endOfStream: return connection.endOfStream(now: now)
        case .receiveFailed(let disposition): return connection.receiveFailed(disposition, now: now)
        case .sendFailed(let disposition): return connection.sendFailed(disposition, now: now)
        case .deadline:
            now = max(now, connection.deadline == .distantFuture ? now : connection.deadline)
            return connection.deadlineReached(now: now)
        case .after(let duration):
            now = now.advanced(by: duration)
            return nil
        case .starved(let operation):
            connection.starved(of: operation, now: now)
            return nil
        case .rearm: return connection.rearm(now: now)
        case .cancelQueued: return connection.cancelQueued()
        case .cancelCompleted(let operation): return connection.cancelCompleted(operation, now: now)
        case .closeCompleted:
            connection.closeCompleted()
            return nil
        case .stop:
            connection.stop(now: now)
            return nil
        case .beginClosing: return connection.beginClosing(now: now)
        case .leftover(let count):
            connection.headBytes = 0..<count
            return nil
        }
    }
}

extension ConnectionAction {
    var name: String {
        switch self {
        case .wait: "wait"
        case .receiveHead: "receiveHead"
        case .receiveRestOfHead(let offset): "receiveRestOfHead \(offset)"
        case .parseHead: "parseHead"
        case .requestMemory(let count): "requestMemory \(count)"
        case .withdrawMemoryRequest: "withdrawMemoryRequest"
        case .sendContinue(let offset): "sendContinue \(offset)"
        case .beginBody(let plan): "beginBody \(plan.sink)"
        case .receiveIntoWindow(let limit): "receiveIntoWindow \(limit)"
        case .receiveInPlace(let limit): "receiveInPlace \(limit)"
        case .finishBody: "finishBody"
        case .callHandler: "callHandler"
        case .watchPeer: "watchPeer"
        case .continueStream: "continueStream"
        case .releaseHeadBuffer: "releaseHeadBuffer"
        case .encode(let answer, let closing): "encode \(answer.code)\(closing ? " closing" : "")"
        case .send(let offset): "send \(offset)"
        case .endRequest: "endRequest"
        case .halfClose: "halfClose"
        case .endConnection: "endConnection"
        case .discard: "discard"
        case .cancelReceive: "cancelReceive"
        case .cancelSend: "cancelSend"
        case .cancelWatch: "cancelWatch"
        case .measureArrived: "measureArrived"
        case .endIdle: "endIdle"
        case .measureTaken: "measureTaken"
        case .close: "close"
        }
    }
}

extension Connection.State {
    var name: String {
        switch self {
        case .free: "free"
        case .idle: "idle"
        case .acceptingHead: "accepting head"
        case .awaitingMemory: "awaiting memory"
        case .sendingContinue: "sending continue"
        case .readingBody: "reading body"
        case .awaitingHandler: "awaiting handler"
        case .writingResponse: "writing response"
        case .abandoningReceive: "abandoning receive"
        case .closingIdle: "closing idle"
        case .draining: "draining"
        case .closing: "closing"
        }
    }
}
