internal import HTTP1
internal import Uring

@testable internal import Sluice

// What the reactor of a walk does for its connection.

extension Walker {
    mutating func drive(_ first: ConnectionAction, _ event: String) {
        log.append("\(event): \(first.name)")
        var action = first
        while violation == nil {
            if case .wait = action { break }
            action = perform(action)
            log.append("    → \(action.name)")
        }
        check()
    }

    mutating func perform(_ action: ConnectionAction) -> ConnectionAction {
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
        case .finishBody, .callHandler:
            if chance(2) { return connection.answered(chance(5) ? .badRequest : .result, now: now) }
            hasHandler = true
            return connection.handlerBegan(now: now)
        case .watchPeer:
            if kernel.contains(.watch) { violation = "two watches" }
            if isQueueFull(for: .watch) { return .wait }
            kernel.insert(.watch)
            return .wait
        case .continueStream:
            hasWriter = true
            return connection.watchPeer()
        case .releaseHeadBuffer: return .wait
        case .encode:
            hasHandler = false
            if !kernel.isDisjoint(with: [.receive, .send]) {
                violation = "a body's memory goes back with \(kernel) in flight"
            }
            return connection.encoded(
                byteCount: Int.random(in: 1...3000, using: &generator), goesOn: chance(4))
        case .endRequest:
            connection.headBytes = 0..<connection.headBytes.count
            return connection.requestEnded(now: now)
        case .halfClose: return connection.halfClosed(now: now)
        case .endConnection:
            return connection.lastAnswerSent(unread: chance(4) ? 100 : 0, now: now)
        case .cancelReceive: return queueCancel(.cancelReceive)
        case .cancelSend: return queueCancel(.cancelSend)
        case .cancelWatch: return queueCancel(.cancelWatch)
        case .measureArrived:
            return connection.arrived(unread: chance(2) ? 0 : 1 << 20, now: now)
        case .endIdle: return connection.idleEnded(unread: chance(4) ? 100 : 0, now: now)
        case .measureTaken: return connection.taken(unsent: chance(2) ? 0 : 1 << 20, now: now)
        case .close:
            if !kernel.isEmpty { violation = "closes with \(kernel) in flight" }
            isInLine = false
            hasHandler = false
            hasWriter = false
            if isQueueFull(for: .close) { return .wait }
            kernel.insert(.close)
            return .wait
        }
    }

    mutating func isQueueFull(for operation: Connection.InFlight) -> Bool {
        guard chance(20) else { return false }
        connection.starved(of: operation, now: now)
        isInLine = true
        return true
    }

    mutating func queueReceive(ofBody: Bool) -> ConnectionAction {
        if kernel.contains(.receive) { violation = "two receives" }
        if isQueueFull(for: .receive) { return .wait }
        kernel.insert(.receive)
        isBodyReceive = ofBody
        // A cancellation that is still on its way may hit this one.
        isReceiveHit = kernel.contains(.cancelReceive) && chance(2)
        return .wait
    }

    mutating func queueSend() -> ConnectionAction {
        if kernel.contains(.send) { violation = "two sends" }
        if isQueueFull(for: .send) { return .wait }
        kernel.insert(.send)
        return .wait
    }

    mutating func queueCancel(_ operation: Connection.InFlight) -> ConnectionAction {
        if kernel.contains(operation) { violation = "two cancellations of one kind" }
        if isQueueFull(for: operation) { return .wait }
        kernel.insert(operation)
        // One in four misses.
        if !chance(4) {
            switch operation {
            case .cancelReceive: isReceiveHit = true
            case .cancelSend: isSendHit = true
            default: isWatchHit = true
            }
        }
        return connection.cancelQueued()
    }

    mutating func parse() -> ConnectionAction {
        let held = connection.headBytes.count
        if chance(4) { return connection.headNeedsMore() }
        if chance(20) { return connection.headRefused(Refusal(.badRequest, "no request"), now: now) }
        let byteCount = chance(2) ? held : Int.random(in: 1...held, using: &generator)
        let request = Connection.RequestSummary(keepsAlive: !chance(10), expectsContinue: chance(3))
        let length = Int.random(in: 1...10_000, using: &generator)
        let framing: BodyFraming = chance(3) ? .none : chance(3) ? .chunked : .length(length)
        if chance(4) {
            return connection.headDecided(
                request, byteCount: byteCount, handlerOf: 0, framing: framing, now: now)
        }
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

    mutating func takeBody(_ count: Int) -> ConnectionAction {
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
}
