internal import Uring

// The end of a reactor: of one that has finished, and of one whose ring has failed.

extension Reactor where R: ~Copyable {
    /// Nobody reads what tasks still have to say, or keeps the time for them: they go on elsewhere, without
    /// waiting.
    func end() {
        for range in mailbox.close() { _ = context.arena.lease(range) }
        sleepers.endAll()
        descriptorWaits.endAll()
    }

    /// This reactor will not run, or not go on. Its connections end here, and whoever works for them learns
    /// it. The others must not wait for its accept to end, give it connections, or stand in line behind its
    /// own for memory.
    ///
    /// Twice is as good as once.
    func abandon() {
        context.placement.retire(index)
        // First: what comes back from one of them must not be granted to the next.
        context.arena.withdraw(of: index)
        end()
        forEachLive { abandon($0) }
        closeParked()
        switch acceptPhase {
        case .open:
            guard context.placement.acceptEnded() else { return acceptPhase = .ended }
            context.surrenderListener?()
            closeListener()
        case .mustLook, .looking: closeListener()
        case .ended: break
        }
    }

    /// Ends a connection without its completions, which nobody takes any more. What Linux may still write to
    /// or read from stays as it is, for the reactor's life.
    private func abandon(_ slot: Int) {
        let inFlight = unsafe slots[slot].connection.inFlight
        // A close that is in flight may be done, and the descriptor somebody else's.
        if !inFlight.contains(.close) { endNow(slot) }
        lines.remove(slot)
        unsafe slots[slot].handlerRequest = nil
        unsafe slots[slot].stream = nil
        cancelCall(slot)
        let isLanding = unsafe inFlight.contains(.receive) && slots[slot].receiveTarget == .inPlace
        forgetReceiveBuffer(slot)
        if !isLanding { releaseBody(slot) }
        if !inFlight.contains(.send) { releaseResponse(slot) }
        bodyTurns.end(slot)
        connectionClosed(slot)
    }

    /// Shut down first, or what is in flight would keep the connection open. But that would be the end of a
    /// stream without chunks: its reset has to wait until the ring is gone.
    private func endNow(_ slot: Int) {
        let socket = unsafe slots[slot].socket
        if !resetIfCutShort(slot) { ring.shutdown(socket) }
        ring.closeNow(socket)
    }
}
