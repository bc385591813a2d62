internal import Logging
internal import Uring

/// Fast bodies are received one after the other: ``BodyTurns`` says whose turn it is.
extension Reactor where R: ~Copyable {
    /// Whether a body waits for its turn instead of having a receive queued beside the others'. Not where its client is far away, and the
    /// network sends its bytes whatever we do; nor what is nearly at its end, and gone sooner than a turn could pass.
    func takesTurns(_ slot: Int) -> Bool {
        guard unsafe slots[slot].pace.isFast, unsafe slots[slot].isNear == true else { return false }
        return unsafe slots[slot].connection.progress.contiguousRemaining >= memory.windowBytes
            && context.tuning.givesTurns(receiveBuffer: slots[slot].receiveBuffer)
    }

    /// Queues the receives of those in line whose turn it is.
    func takeTurns() {
        let line = Line.forTurn.rawValue
        // With nobody left in it, or nobody following any more, no other reactor is in our way or we in its.
        defer { if lines.isEmpty(line) || !clientFollowing.isOn { leaveClientCPU() } }
        // Where nobody is waited for, all in line come in one go, and are taken from wherever the first of them has led.
        var follows = clientFollowing.isOn
        while !lines.isEmpty(line) {
            let holder = bodyTurns.holder
            let isServed = holder.map { lines.list(of: $0) == line } ?? false
            switch bodyTurns.step(isServed: isServed, now: now) {
            case .wait: return
            case .goOn(let holder):
                lines.remove(holder)
                receiveInTurn(holder, following: &follows)
            case .pass:
                if let holder, unsafe !slots[holder].holdsBody { unsafe slots[holder].returns.waitedInVain() }
                guard let next = lines.removeFirst(of: line) else { return }
                bodyTurns.begin(next, now: now)
                metrics.bodyTurns.add(1)
                receiveInTurn(next, following: &follows)
            }
        }
    }

    private func receiveInTurn(_ slot: Int, following: inout Bool) {
        if following, followClient(slot) {
            following = false
            // To have the other CPU may have taken a time slice, which is not the client's.
            now = ring.now
        }
        bodyTurns.wait(from: now)
        drive(slot, unsafe slots[slot].connection.rearm(now: now))
    }

    /// To where the bytes are, as far as the other reactors' clients leave us the place: ``ClientFollowing``.
    /// - Returns: whether this thread has been moved.
    private func followClient(_ slot: Int) -> Bool {
        // With nobody in line there may be cores to spare, and it is better to receive on another than the client's.
        guard clientFollowing.isOn, !lines.isEmpty(Line.forTurn.rawValue),
            let cpu = unsafe ring.incomingCPU(of: slots[slot].socket)
        else { return false }
        context.clientCPUs[index].set(cpu + 1)
        let isFree = context.clientCPUs.indices.allSatisfy { other in
            let place = context.clientCPUs[other].value
            return other == index || place != 0 && place != cpu + 1
        }
        clientFollowing.looked(isFree: isFree)
        let own = ring.cpu
        guard isFree, clientFollowing.isWorthIt, own >= 0, own != cpu else { return false }
        switch ring.move(to: cpu) {
        case .done:
            metrics.moves.add(1)
            return true
        case .notAllowed: return false
        case .refused(let errorNumber):
            clientFollowing.isOn = false
            context.logger.warning(
                "a reactor does not follow its clients",
                metadata: ["reactor": "\(index)", "error": "\(RingError.message(for: errorNumber))"])
            return false
        }
    }

    private func leaveClientCPU() {
        // Not written where it says so already: the others' caches have it.
        if context.clientCPUs[index].value != 0 { context.clientCPUs[index].set(0) }
    }

    /// When somebody in line can be received at the latest.
    var nextBodyTurn: MonotonicInstant {
        lines.isEmpty(Line.forTurn.rawValue) ? .distantFuture : bodyTurns.nextLook(now: now)
    }
}
