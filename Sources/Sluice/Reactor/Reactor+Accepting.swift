internal import HTTP1
internal import Logging
internal import Uring

// Each reactor accepts from the one listener; whoever gets a connection hands it to the reactor with the
// fewest. A full server stops accepting and leaves the rest in the backlog.

extension Reactor where R: ~Copyable {
    func acceptCompleted(_ completion: Completion) {
        // A multishot accept may end at any time; the next turn arms it again.
        if !completion.hasMore { isAcceptArmed = false }
        if let errorNumber = completion.errorNumber { return acceptFailed(errorNumber) }
        let socket = Socket(descriptor: completion.result)
        metrics.connectionsAccepted.add(1)
        if isCutOff { return ring.closeNow(socket) }
        // Who came on the last descriptor, the spare's, is told so, and with the end it is a spare again.
        if !hasSpare(), canRefuse { return refuse(socket) }
        if !parkedSockets.isEmpty || !place(socket) { parkedSockets.append(socket) }
    }

    /// Whether there is a descriptor to close when there are no more.
    func hasSpare() -> Bool {
        if spare == nil { spare = ring.openSpare() }
        return spare != nil
    }

    /// Another reactor needs a descriptor and has none to close.
    func giveSpareUp() {
        if let spare { ring.closeNow(spare) }
        spare = nil
    }

    /// A multishot accept takes the whole backlog before it can be cancelled: more connections than there are
    /// slots to refuse them from. They wait as they would have in the backlog.
    func openParked() {
        while let socket = parkedSockets.first, place(socket) { parkedSockets.removeFirst() }
    }

    /// - Returns: false if the server is full and has no slot left to say so.
    private func place(_ socket: Socket) -> Bool {
        guard let chosen = context.placement.place(preferring: index) else {
            isFull = true
            guard canRefuse else { return false }
            refuse(socket)
            return true
        }
        if chosen == index { open(socket) } else { context.mailboxes[chosen].post(.adopt(socket)) }
        return true
    }

    /// Once a second at most: a metric counts them, and clients come as often as they like.
    private func warnOfAccept(_ errorNumber: Int32) {
        guard nextAcceptWarning <= now else { return }
        nextAcceptWarning = now.advanced(by: .seconds(1))
        context.logger.warning(
            "cannot accept", metadata: ["error": "\(RingError.message(for: errorNumber))"])
    }

    private func acceptFailed(_ errorNumber: Int32) {
        // In a stop it is no matter: nobody is accepted any more, and the last looks must not wait.
        if AcceptOperation.foundListenerShut(errorNumber), !isStopping { return listenerWasShut() }
        switch AcceptOperation.disposition(of: errorNumber) {
        case .retry, .cancelled, .peer: break
        case .resource:
            metrics.acceptFailures.add(1)
            if let spare, AcceptOperation.foundNoDescriptor(errorNumber) {
                ring.closeNow(spare)
                self.spare = nil
            } else {
                // Linux woke us for a newcomer and nobody else: whoever has a spare gives it to us meanwhile.
                if AcceptOperation.foundNoDescriptor(errorNumber) {
                    for other in context.mailboxes.indices where other != index {
                        context.mailboxes[other].post(.wantsDescriptor)
                    }
                }
                // Accepting again at once would spin.
                acceptAgainAt = now.advanced(by: .milliseconds(100))
            }
            warnOfAccept(errorNumber)
        case .bug:
            metrics.acceptFailures.add(1)
            acceptAgainAt = now.advanced(by: .seconds(1))
            context.logger.critical(
                "accept refused by Linux", metadata: ["error": "\(RingError.message(for: errorNumber))"])
            assertionFailure("accept: errno \(errorNumber)")
        }
    }

    /// Whoever has the socket, too, may have it listen again. Until then every accept fails at once.
    private func listenerWasShut() {
        metrics.acceptFailures.add(1)
        acceptAgainAt = now.advanced(by: .seconds(1))
        context.logger.error("somebody else has shut down the listening socket: nobody can connect")
    }

    /// A connection that has been placed here.
    func open(_ socket: Socket) {
        // Handed over when all others had already been cut off.
        if isCutOff {
            ring.closeNow(socket)
            return leave()
        }
        guard let slot = takeSlot(for: socket) else {
            // Only if placements and slots disagree; the overflow slots make room for that.
            ring.closeNow(socket)
            return leave()
        }
        unsafe slots[slot].countsAsPlaced = true
        let action = unsafe slots[slot].connection.opened(now: now)
        if isStopping { unsafe slots[slot].connection.stop(now: now) }
        drive(slot, action)
    }

    /// Tells a client that the server is full, from one of the few slots kept for that.
    private func refuse(_ socket: Socket) {
        metrics.connectionsRefused.add(1)
        guard let slot = takeSlot(for: socket) else { return ring.closeNow(socket) }
        refusedCount += 1
        unsafe slots[slot].countsAsPlaced = false
        let refusal = Refusal(.serviceUnavailable, "too many connections")
        drive(slot, unsafe slots[slot].connection.headRefused(refusal, now: now))
    }

    /// A placed connection is gone.
    func leave() {
        for reactor in context.placement.leave(index) {
            if reactor == index { isFull = false } else { context.mailboxes[reactor].post(.resumeAccepting) }
        }
    }

    /// Memory for a connection that waited; it may have gone meanwhile.
    func deliver(_ range: ArenaRange, to id: ConnectionID) {
        let lease = context.arena.lease(range)
        guard unsafe slots[id.slot].generation == id.generation,
            unsafe slots[id.slot].connection.awaitsMemory
        else { return }
        unsafe slots[id.slot].lend(consume lease)
        drive(id.slot, unsafe slots[id.slot].connection.memoryGranted(now: now))
    }
}
