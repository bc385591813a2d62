internal import Uring

/// How completions come back.
extension SimulatedKernel {
    /// Posts a completion, now or, as a fault, later.
    func complete(
        _ operation: Operation, _ result: Int32, buffer: UInt16? = nil, more: Bool = false,
        extraFlags: UInt32 = 0
    ) {
        if !more { operation.stage = .executed }
        record(.executed, ring: operation.ring, operation.token, Int(result))
        let completion = Completion(
            token: operation.token, result: result,
            flags: Completion.flags(buffer: buffer, more: more) | extraFlags)
        var time = now
        if chance(faults.delay) {
            time = now.advanced(by: generator.duration(in: .zero...faults.longestDelay))
        }
        let due = max(time.nanoseconds, operation.lastCompletionTime)
        operation.lastCompletionTime = due
        if due <= now.nanoseconds, operation.completionsUnderWay == 0 {
            return post(completion, of: operation)
        }
        operation.completionsUnderWay += 1
        // The ring may be gone by then, and with it whoever would look.
        events.schedule(at: due) { [weak ring = operation.ring] kernel in
            guard ring != nil else { return }
            operation.completionsUnderWay -= 1
            kernel.post(completion, of: operation)
        }
    }

    private func post(_ completion: Completion, of operation: Operation) {
        let ring = operation.ring
        // Whatever comes after one that did not fit waits behind it.
        if !ring.overflowed.isEmpty || chance(faults.completionQueueOverflow) {
            return overflow(completion, of: operation)
        }
        var place = ring.completions.count
        if chance(faults.reordering) {
            // Never past an earlier completion of the same operation: those keep their order in Linux.
            let earliest = (ring.completions.lastIndex { $0.operation === operation } ?? -1) + 1
            place = generator.number(in: earliest...place)
        }
        ring.completions.insert(.init(completion: completion, operation: operation), at: place)
        record(.completed, ring: ring, completion.token, Int(completion.result))
    }

    private func overflow(_ completion: Completion, of operation: Operation) {
        let ring = operation.ring
        ring.counters.overflows += ring.overflowed.isEmpty ? 1 : 0
        var completion = completion
        // Linux ends a multishot operation whose completion does not fit; not if later ones are on their way here.
        if completion.hasMore, operation.completionsUnderWay == 0, operation.stage == .armed {
            disarm(operation)
            operation.stage = .executed
            completion = Completion(
                token: completion.token, result: completion.result,
                flags: Completion.flags(buffer: completion.bufferID, more: false))
        }
        ring.overflowed.append(.init(completion: completion, operation: operation))
        record(.overflowed, ring: ring, completion.token, Int(completion.result))
    }

    /// Looking into a full queue makes Linux hand over what did not fit.
    func flushOverflow(of ring: RingState) {
        for posted in ring.overflowed {
            ring.completions.append(posted)
            record(.completed, ring: ring, posted.completion.token, Int(posted.completion.result))
        }
        ring.overflowed = []
    }

    /// The next completion of a ring, which gives back what its operation had borrowed.
    func takeCompletion(of ring: RingState) -> Completion? {
        guard !ring.completions.isEmpty else { return nil }
        let posted = ring.completions.removeFirst()
        let completion = posted.completion
        ring.counters.completions += 1
        if let buffer = completion.bufferID, case .receiveFrom(let group, _) = posted.operation.kind {
            group.handOver(buffer)
        }
        if !completion.hasMore { finish(posted.operation) }
        record(.taken, ring: ring, completion.token, Int(completion.result))
        return completion
    }
}
