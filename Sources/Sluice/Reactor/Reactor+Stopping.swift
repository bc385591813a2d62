internal import Uring

// A stop: nothing more is accepted, what is in work is finished, and no reactor ends while another could still
// hand it a connection.

extension Reactor where R: ~Copyable {
    func beginStopping() {
        guard !isStopping else { return }
        isStopping = true
        stopDeadline = now.advanced(by: context.limits.stopDeadline)
        forEachLive { slot in
            unsafe slots[slot].connection.stop(now: now)
            unsafe timers.set(slot, to: slots[slot].connection.deadline)
        }
    }

    /// A reactor may only end when no other can hand it a connection: messages keep their order, so
    /// this one comes after the last of those.
    func endAccepting() {
        hasEndedAccepting = true
        guard context.placement.acceptEnded() else { return }
        for mailbox in context.mailboxes { mailbox.post(.nobodyAccepts) }
    }

    /// This reactor will not run, or not go on: the others must not wait for its accept to end.
    func abandon() {
        if !hasEndedAccepting { endAccepting() }
    }

    func closeAll() {
        stopDeadline = .distantFuture
        for socket in parkedSockets { ring.closeNow(socket) }
        parkedSockets = []
        isCutOff = true
        forEachLive { slot in
            drive(slot, unsafe slots[slot].connection.beginClosing(now: now))
        }
    }

    private func forEachLive(_ body: (Int) -> Void) {
        for slot in 0..<slotCount {
            if case .free = unsafe slots[slot].connection.state { continue }
            body(slot)
        }
    }
}
