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
        while !lines.isEmpty(line) {
            let holder = bodyTurns.holder
            let isServed = holder.map { lines.list(of: $0) == line } ?? false
            switch bodyTurns.step(isServed: isServed, now: now) {
            case .wait: return
            case .goOn(let holder):
                lines.remove(holder)
                receiveInTurn(holder)
            case .pass:
                if let holder, unsafe !slots[holder].holdsBody { unsafe slots[holder].returns.waitedInVain() }
                guard let next = lines.removeFirst(of: line) else { return }
                bodyTurns.begin(next, now: now)
                metrics.bodyTurns.add(1)
                receiveInTurn(next)
            }
        }
    }

    private func receiveInTurn(_ slot: Int) {
        bodyTurns.wait(from: now)
        drive(slot, unsafe slots[slot].connection.rearm(now: now))
    }

    /// When somebody in line can be received at the latest.
    var nextBodyTurn: MonotonicInstant {
        lines.isEmpty(Line.forTurn.rawValue) ? .distantFuture : bodyTurns.nextLook(now: now)
    }
}
