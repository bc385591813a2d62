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
        followClient(slot)
        drive(slot, unsafe slots[slot].connection.rearm(now: now))
    }

    /// To where the bytes are, as far as the other reactors' clients leave us the place: ``ClientFollowing``.
    private func followClient(_ slot: Int) {
        guard clientFollowing.isOn else { return }
        // With nobody in line there may be cores to spare, and it is better to receive on another than the client's.
        guard !lines.isEmpty(Line.forTurn.rawValue),
            let cpu = unsafe ring.incomingCPU(of: slots[slot].socket)
        else { return context.clientCPUs[index].set(0) }
        context.clientCPUs[index].set(cpu + 1)
        let areOthersElsewhere = context.clientCPUs.indices.allSatisfy { other in
            let place = context.clientCPUs[other].value
            return other == index || place != 0 && place != cpu + 1
        }
        clientFollowing.looked(areOthersElsewhere: areOthersElsewhere)
        guard areOthersElsewhere, clientFollowing.isWorthIt, cpu != ring.cpu else { return }
        guard ring.move(to: cpu) else {
            clientFollowing.isOn = false
            return context.clientCPUs[index].set(0)
        }
        metrics.moves.add(1)
    }

    /// When somebody in line can be received at the latest.
    var nextBodyTurn: MonotonicInstant {
        lines.isEmpty(Line.forTurn.rawValue) ? .distantFuture : bodyTurns.nextLook(now: now)
    }
}
