internal import HTTP1
import Seeds
internal import Uring

@testable internal import Sluice

/// The reactor, the kernel and the client of one connection: what happens next is drawn, and must be legal.
struct Walker {
    var generator: SeededGenerator
    var connection: Connection
    var now = Script.start
    /// What the kernel has, and whether a cancellation has hit it.
    var kernel = Connection.InFlight()
    var isReceiveHit = false
    var isSendHit = false
    var isWatchHit = false
    /// A handler will answer; a stream's writer will go on.
    var hasHandler = false
    var hasWriter = false
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

    mutating func chance(_ oneIn: Int) -> Bool { Int.random(in: 0..<oneIn, using: &generator) == 0 }

    // MARK: Events

    mutating func step() {
        var choices: [(String, (inout Walker) -> Void)] = []
        if kernel.contains(.receive) { choices.append(("receive", { $0.completeReceive() })) }
        if kernel.contains(.send) { choices.append(("send", { $0.completeSend() })) }
        if kernel.contains(.cancelReceive) {
            choices.append(("cancelReceive", { $0.completeCancel(.cancelReceive) }))
        }
        if kernel.contains(.cancelSend) { choices.append(("cancelSend", { $0.completeCancel(.cancelSend) })) }
        if kernel.contains(.cancelWatch) {
            choices.append(("cancelWatch", { $0.completeCancel(.cancelWatch) }))
        }
        if kernel.contains(.watch), isWatchHit || chance(10) {
            choices.append(("watch", { $0.completeWatch() }))
        }
        if hasHandler { choices.append(("handler", { $0.answer() })) }
        if hasWriter { choices.append(("writer", { $0.write() })) }
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

    mutating func completeReceive() {
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

    mutating func completeSend() {
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

    mutating func completeCancel(_ operation: Connection.InFlight) {
        kernel.remove(operation)
        drive(connection.cancelCompleted(operation, now: now), "cancel completed")
    }

    mutating func completeWatch() {
        kernel.remove(.watch)
        let isGone = !isWatchHit && chance(2)
        isWatchHit = false
        if isGone { hasHandler = false }
        drive(connection.watchEnded(isGone: isGone, now: now), isGone ? "peer gone" : "watch ended")
    }

    mutating func answer() {
        hasHandler = false
        guard case .awaitingHandler = connection.state else { return drive(.wait, "late answer") }
        drive(connection.answered(chance(5) ? .badRequest : .result, now: now), "answered")
    }

    mutating func write() {
        hasWriter = false
        guard connection.awaitsPart else { return drive(.wait, "late part") }
        let isLast = chance(3)
        let byteCount = isLast && chance(2) ? 0 : Int.random(in: 1...3000, using: &generator)
        drive(connection.partReady(byteCount: byteCount, isLast: isLast, now: now), "part of \(byteCount)")
    }

    mutating func completeClose() {
        kernel.remove(.close)
        connection.closeCompleted()
        isClosed = true
        seen.insert(connection.state.name)
        if connection.state.name != "free" { violation = "closed and not free" }
        if isInArenasLine { violation = "freed in the arena's line" }
    }

    mutating func serveLine() {
        isInLine = false
        drive(connection.rearm(now: now), "served")
    }

    mutating func grant() {
        isInArenasLine = false
        guard connection.awaitsMemory else { return }
        drive(connection.memoryGranted(now: now), "granted")
    }

    mutating func reachDeadline() {
        now = max(now, connection.deadline)
        drive(connection.deadlineReached(now: now), "deadline")
    }

    // MARK: Rules

    mutating func check() {
        seen.insert(connection.state.name)
        guard violation == nil else { return }
        if connection.inFlight != kernel {
            violation = "believes \(connection.inFlight) in flight, not \(kernel)"
        }
        if connection.deadline == .distantFuture, !isInLine {
            violation = "no deadline and in no line in \(connection.state)"
        }
        if isInArenasLine, !connection.awaitsMemory { violation = "waits for memory it does not want" }
        if case .awaitingHandler = connection.state, !hasHandler, !hasWriter {
            violation = "left without its handler"
        }
    }
}
