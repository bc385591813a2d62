internal import HTTP1
import Seeds
internal import Testing
internal import Uring

@testable internal import Sluice

/// A connection wandering through legal events in a random order: whatever the client, the kernel and the
/// clock do, in whatever order, the machine holds to its rules.
struct ConnectionWalkTests {
    @Test func holdsItsRulesOnAnyWalk() {
        var generator = SeededGenerator.announced(for: "ConnectionWalkTests")
        var seen: Set<String> = []
        for walk in 0..<2000 {
            var walker = Walker(generator)
            walker.run(steps: 250)
            generator = walker.generator
            seen.formUnion(walker.seen)
            if let violation = walker.violation {
                Issue.record("walk \(walk): \(violation)\n\(walker.log.suffix(30).joined(separator: "\n"))")
                return
            }
        }
        // The walks went everywhere; a walk that stays at home proves nothing.
        #expect(
            seen == [
                "idle", "accepting head", "awaiting memory", "sending continue", "reading body",
                "writing response", "abandoning receive", "closing idle", "draining", "closing", "free",
            ])
    }
}

/// The reactor, the kernel and the client of one connection.
private struct Walker {
    var generator: SeededGenerator
    var connection: Connection
    var now = Script.start
    /// What the kernel has, and whether a cancellation has hit it.
    var kernel = Connection.InFlight()
    var isReceiveHit = false
    var isSendHit = false
    var isBodyReceive = false
    var isInLine = false
    var isInArenasLine = false
    var isClosed = false
    var seen: Set<String> = []
    var log: [String] = []
    var violation: String?

    init(_ generator: SeededGenerator) {
        self.generator = generator
        var limits = Limits()
        limits.requestsPerConnection = 20
        limits.drainBytes = 5000
        connection = Connection(limits: limits)
    }

    mutating func run(steps: Int) {
        drive(connection.opened(now: now), "opened")
        for _ in 0..<steps where violation == nil && !isClosed {
            if chance(400) {
                connection.stop(now: now)
                continue
            }
            // The end of a stop's patience.
            if chance(400) {
                drive(connection.beginClosing(now: now), "cut off")
                continue
            }
            step()
        }
        guard violation == nil, !isClosed else { return }
        drive(connection.beginClosing(now: now), "beginClosing")
        for _ in 0..<200 where violation == nil && !isClosed { step() }
        if violation == nil, !isClosed { violation = "beginClosing did not lead to .free" }
    }

    private mutating func chance(_ oneIn: Int) -> Bool { Int.random(in: 0..<oneIn, using: &generator) == 0 }

    // MARK: Events

    private mutating func step() {
        var choices: [(String, (inout Walker) -> Void)] = []
        if kernel.contains(.receive) { choices.append(("receive", { $0.completeReceive() })) }
        if kernel.contains(.send) { choices.append(("send", { $0.completeSend() })) }
        if kernel.contains(.cancelReceive) {
            choices.append(("cancelReceive", { $0.completeCancel(.cancelReceive) }))
        }
        if kernel.contains(.cancelSend) { choices.append(("cancelSend", { $0.completeCancel(.cancelSend) })) }
        if kernel.contains(.close) { choices.append(("close", { $0.completeClose() })) }
        if isInLine { choices.append(("line", { $0.serveLine() })) }
        if isInArenasLine, chance(3) { choices.append(("memory", { $0.grant() })) }
        // The clock may come first at any time, and must where nothing else can come.
        if connection.deadline != .distantFuture, choices.isEmpty || chance(10) {
            choices = [("deadline", { $0.reachDeadline() })]
        }
        guard let chosen = choices.randomElement(using: &generator) else {
            violation = "nothing will ever happen in \(connection.state)"
            return
        }
        chosen.1(&self)
    }

    private mutating func completeReceive() {
        kernel.remove(.receive)
        let wasHit = isReceiveHit
        isReceiveHit = false
        let count = Int.random(in: 1...2000, using: &generator)
        // A receive that was hit by a cancellation may have had its data before.
        if wasHit, !chance(3) {
            return drive(connection.receiveFailed(.cancelled, now: now), "receive cancelled")
        }
        if chance(80) { return drive(connection.endOfStream(now: now), "end of stream") }
        if chance(80) { return drive(connection.receiveFailed(.peer, now: now), "reset") }
        if chance(10) { return drive(connection.receiveFailed(.retry, now: now), "retry") }
        if chance(10) {
            guard connection.awaitsBuffer else {
                return drive(connection.receiveFailed(.resource, now: now), "no buffer")
            }
            connection.starved(of: .receive, now: now)
            isInLine = true
            return drive(.wait, "starved")
        }
        guard isBodyReceive else { return drive(connection.received(count, now: now), "received \(count)") }
        let taken = min(count, connection.progress.contiguousRemaining)
        if let action = connection.receivedBody(count, now: now) {
            return drive(action, "body bytes that nobody wants")
        }
        drive(takeBody(taken), "body bytes \(taken)")
    }

    private mutating func completeSend() {
        kernel.remove(.send)
        let wasHit = isSendHit
        isSendHit = false
        if wasHit, !chance(3) { return drive(connection.sendFailed(.cancelled, now: now), "send cancelled") }
        if chance(80) { return drive(connection.sendFailed(.peer, now: now), "send reset") }
        if chance(20) { return drive(connection.sendFailed(.retry, now: now), "send retry") }
        let most =
            switch connection.state {
            case .sendingContinue(let sent): ResponseWriter.continueLine.utf8CodeUnitCount - sent
            case .writingResponse(let sent, let total, _): total - sent
            default: 1
            }
        let count = chance(3) ? Int.random(in: 1...most, using: &generator) : most
        drive(connection.sent(count, now: now), "sent \(count)")
    }

    private mutating func completeCancel(_ operation: Connection.InFlight) {
        kernel.remove(operation)
        drive(connection.cancelCompleted(operation, now: now), "cancel completed")
    }

    private mutating func completeClose() {
        kernel.remove(.close)
        connection.closeCompleted()
        isClosed = true
        seen.insert(connection.state.name)
        if connection.state.name != "free" { violation = "closed and not free" }
        if isInArenasLine { violation = "freed in the arena's line" }
    }

    private mutating func serveLine() {
        isInLine = false
        drive(connection.rearm(now: now), "served")
    }

    private mutating func grant() {
        isInArenasLine = false
        guard connection.awaitsMemory else { return }
        drive(connection.memoryGranted(now: now), "granted")
    }

    private mutating func reachDeadline() {
        now = max(now, connection.deadline)
        drive(connection.deadlineReached(now: now), "deadline")
    }

    // MARK: Actions

    private mutating func drive(_ first: ConnectionAction, _ event: String) {
        log.append("\(event): \(first.name)")
        var action = first
        while violation == nil {
            if case .wait = action { break }
            action = perform(action)
            log.append("    → \(action.name)")
        }
        check()
    }

    private mutating func perform(_ action: ConnectionAction) -> ConnectionAction {
        switch action {
        case .wait: return .wait
        case .receiveHead, .receiveRestOfHead, .discard: return queueReceive(ofBody: false)
        case .receiveIntoWindow(let limit), .receiveInPlace(let limit):
            if limit < 1 { violation = "a receive of nothing" }
            return queueReceive(ofBody: true)
        case .parseHead: return parse()
        case .requestMemory:
            if chance(2) { return connection.memoryGranted(now: now) }
            isInArenasLine = true
            return .wait
        case .withdrawMemoryRequest:
            isInArenasLine = false
            return connection.memoryWithdrawn(now: now)
        case .sendContinue, .send: return queueSend()
        case .beginBody:
            return takeBody(min(connection.headBytes.count, connection.progress.contiguousRemaining))
        case .finishBody: return connection.answered(chance(5) ? .badRequest : .result, now: now)
        case .encode:
            if !kernel.isDisjoint(with: [.receive, .send]) {
                violation = "a body's memory goes back with \(kernel) in flight"
            }
            return connection.encoded(byteCount: Int.random(in: 1...3000, using: &generator))
        case .endRequest:
            connection.headBytes = 0..<connection.headBytes.count
            return connection.requestEnded(now: now)
        case .halfClose: return connection.halfClosed(now: now)
        case .cancelReceive: return queueCancel(.cancelReceive)
        case .cancelSend: return queueCancel(.cancelSend)
        case .measureArrived:
            return connection.arrived(unread: chance(2) ? 0 : 1 << 20, now: now)
        case .endIdle: return connection.idleEnded(unread: chance(4) ? 100 : 0, now: now)
        case .measureTaken: return connection.taken(unsent: chance(2) ? 0 : 1 << 20, now: now)
        case .close:
            if !kernel.isEmpty { violation = "closes with \(kernel) in flight" }
            isInLine = false
            if isQueueFull(for: .close) { return .wait }
            kernel.insert(.close)
            return .wait
        }
    }

    private mutating func isQueueFull(for operation: Connection.InFlight) -> Bool {
        guard chance(20) else { return false }
        connection.starved(of: operation, now: now)
        isInLine = true
        return true
    }

    private mutating func queueReceive(ofBody: Bool) -> ConnectionAction {
        if kernel.contains(.receive) { violation = "two receives" }
        if isQueueFull(for: .receive) { return .wait }
        kernel.insert(.receive)
        isBodyReceive = ofBody
        // A cancellation that is still on its way may hit this one.
        isReceiveHit = kernel.contains(.cancelReceive) && chance(2)
        return .wait
    }

    private mutating func queueSend() -> ConnectionAction {
        if kernel.contains(.send) { violation = "two sends" }
        if isQueueFull(for: .send) { return .wait }
        kernel.insert(.send)
        return .wait
    }

    private mutating func queueCancel(_ operation: Connection.InFlight) -> ConnectionAction {
        if kernel.contains(operation) { violation = "two cancellations of one kind" }
        if isQueueFull(for: operation) { return .wait }
        kernel.insert(operation)
        // One in four misses.
        if !chance(4) {
            if operation == .cancelReceive { isReceiveHit = true } else { isSendHit = true }
        }
        return connection.cancelQueued()
    }

    private mutating func parse() -> ConnectionAction {
        let held = connection.headBytes.count
        if chance(4) { return connection.headNeedsMore() }
        if chance(20) { return connection.headRefused(Refusal(.badRequest, "no request"), now: now) }
        let byteCount = chance(2) ? held : Int.random(in: 1...held, using: &generator)
        let request = Connection.RequestSummary(keepsAlive: !chance(10), expectsContinue: chance(3))
        let length = Int.random(in: 1...10_000, using: &generator)
        let framing: BodyFraming = chance(3) ? .none : chance(3) ? .chunked : .length(length)
        if framing == .none || chance(4) {
            return connection.headDecided(
                request, byteCount: byteCount, answer: chance(6) ? .badRequest : .notFound, framing: framing,
                now: now)
        }
        var plan = BodyPlan(sink: .reduce, framing: framing, bodyLimit: 10_000)
        if chance(2) {
            plan.sink = .landAndReduce
            plan.landingBytes = 10_000
        }
        return connection.headDecided(request, byteCount: byteCount, plan: plan, now: now)
    }

    private mutating func takeBody(_ count: Int) -> ConnectionAction {
        guard !connection.progress.isChunked else {
            if chance(3) { return connection.bodyComplete(now: now) }
            if chance(10) { return connection.bodyRefused(Refusal(.badRequest, "no chunk"), now: now) }
            connection.headBytes = 0..<0
            return connection.bodyNeedsMore(now: now)
        }
        connection.progress.skip(count)
        guard connection.progress.minimumRemaining == 0 else {
            connection.headBytes = 0..<0
            return connection.bodyNeedsMore(now: now)
        }
        return connection.bodyComplete(now: now)
    }

    // MARK: Rules

    private mutating func check() {
        seen.insert(connection.state.name)
        guard violation == nil else { return }
        if connection.inFlight != kernel {
            violation = "believes \(connection.inFlight) in flight, not \(kernel)"
        }
        if connection.deadline == .distantFuture, !isInLine {
            violation = "no deadline and in no line in \(connection.state)"
        }
        if isInArenasLine, !connection.awaitsMemory { violation = "waits for memory it does not want" }
        if case .awaitingHandler = connection.state { violation = "left without its handler" }
    }
}
