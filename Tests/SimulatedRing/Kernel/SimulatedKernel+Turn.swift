internal import Glibc
internal import Uring

/// Turns and the passing of time.
extension SimulatedKernel {
    /// One thread steps all rings, so waiting must not keep another ring from its work: a turn ends early
    /// when another ring has some, and time passes only when every ring waits, to the first thing that any
    /// of them waits for. It ends early too when a client has come a step further, so that whoever drives
    /// the turns can look whether that was what the test waits for.
    func submitAndWait(_ ring: RingState, until deadline: MonotonicInstant) throws(RingError) {
        guard ring.isEnabled else {
            violate(.usedBeforeEnable, "a turn")
            throw RingError(step: .enter, errorNumber: EBADFD)
        }
        ring.counters.enters += 1
        ring.counters.systemCalls += 1
        ring.waitsUntil = nil
        if chance(faults.clockJump) {
            now = now.advanced(by: generator.duration(in: .zero...faults.longestClockJump))
            record(.jump)
        }
        if !ring.overflowed.isEmpty, chance(0.5) {
            // `EBUSY`: nothing is handed over before there is room again.
            return flushOverflow(of: ring)
        }
        submit(ring)
        runDueEvents()
        if chance(faults.idleTurn) { return }
        ring.waitsUntil = deadline.nanoseconds
        while true {
            deliverWakes()
            flushOverflow(of: ring)
            if !ring.completions.isEmpty || deadline <= now {
                ring.waitsUntil = nil
                return
            }
            if rings.contains(where: { $0 !== ring && $0.hasWork(at: now.nanoseconds) }) { return }
            if ring.clientStepsSeen != clientSteps, clientStepsEndTurns || clientsAreFinished {
                ring.clientStepsSeen = clientSteps
                return
            }
            try letTimePass()
        }
    }

    private func letTimePass() throws(RingError) {
        var next = events.nextTime ?? .max
        for ring in rings where ring.isEnabled { next = min(next, ring.waitsUntil ?? .max) }
        guard next != .max else {
            violate(.stall, stallDetail)
            throw RingError(step: .enter, errorNumber: EDEADLK)
        }
        now = MonotonicInstant(nanoseconds: max(next, now.nanoseconds))
        runDueEvents()
    }

    private var stallDetail: String {
        let waiting = clients.filter { !$0.isFinished }.map { "client \($0.number) \($0.whereabouts)" }
        return "nothing is due and no ring has a deadline. " + waiting.joined(separator: ", ")
    }

    private func runDueEvents() {
        while let action = events.takeDue(at: now.nanoseconds) { action(self) }
    }

    private func deliverWakes() {
        for ring in rings {
            guard let operation = ring.awaitingWake, ring.waker.takeCall() else { continue }
            ring.awaitingWake = nil
            record(.wake, ring: ring)
            complete(operation, 8)
        }
    }

    /// Forgets a ring whose owner has let it go.
    func remove(_ ring: RingState) {
        if ring.transfersInFlight > 0 {
            violate(.ringGoneInFlight, "ring \(ring.number): \(ring.transfersInFlight) transfers")
        }
        for listener in listeners {
            listener.acceptsInFlight -= listener.armed.count { $0.ring === ring }
            listener.armed.removeAll { $0.ring === ring }
        }
        for socket in sockets {
            socket.armedReceives.removeAll { $0.ring === ring }
            socket.armedSends.removeAll { $0.ring === ring }
            socket.armedWatches.removeAll { $0.ring === ring }
        }
        for outside in outsides {
            outside.pollsInFlight -= outside.armedPolls.count { $0.ring === ring }
            outside.armedPolls.removeAll { $0.ring === ring }
        }
        // Nothing completes there any more, whatever the order in which they are told.
        for operation in ring.operations.values { operation.stage = .executed }
        plainReceives.removeAll { $0.ring === ring }
        rings.removeAll { $0 === ring }
    }
}
