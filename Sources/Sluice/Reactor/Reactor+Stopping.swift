internal import Uring

// A stop. First it is only announced: `/ready` says 503 and all else goes on, for as long as load balancers need
// to see that. Then nothing more is accepted and what is in work is finished. No reactor ends while another could
// still hand it a connection.

/// How far a stop has come.
enum StopPhase {
    case serving
    /// `/ready` says so; connections are accepted until then.
    case announced(acceptsUntil: MonotonicInstant)
    /// What is in work is finished.
    case finishing(deadline: MonotonicInstant)
    /// The deadline has come: nobody is served any more. The mailbox is read for a while yet, but not for as
    /// long as it is not empty: a task that heeds no cancellation may have a step due for each that is run.
    case cutOff(emptiesMailboxUntil: MonotonicInstant)

    /// When there is something to do about it.
    var nextStep: MonotonicInstant {
        switch self {
        case .announced(let time), .finishing(let time): time
        case .serving, .cutOff: .distantFuture
        }
    }
}

/// What a reactor that stops does about the listening socket.
///
/// Linux tells one accept of a newcomer. If that one is cancelled before it looks, nobody is told, and the newcomer
/// waits in the backlog for the next to come: perhaps for ever. So the last reactor to end its accept looks
/// again: an accept and its cancellation, queued together, take all that is there.
enum AcceptPhase {
    /// The accept is armed, or has not ended yet.
    case open
    /// Look again as soon as there is room in the queue; so many times after this one.
    case mustLook(again: Int)
    case looking(again: Int)
    /// Over for this reactor; as soon as it is for all, ``Mailbox/Message/nobodyAccepts`` comes.
    case ended

    var wantsToLook: Bool { if case .mustLook = self { true } else { false } }

    mutating func armed() {
        if case .mustLook(let again) = self { self = .looking(again: again) }
    }
}

extension Reactor where R: ~Copyable {
    /// `/ready` says yes.
    var isReady: Bool { if case .serving = stopPhase { true } else { false } }

    /// Nothing more is accepted.
    var isStopping: Bool {
        switch stopPhase {
        case .serving, .announced: false
        case .finishing, .cutOff: true
        }
    }

    var isCutOff: Bool { if case .cutOff = stopPhase { true } else { false } }

    /// What is in the mailbox by now, and whoever still waits, is left to the reactor's end.
    var leavesMailbox: Bool { if case .cutOff(let time) = stopPhase { time <= now } else { false } }

    /// When ``leavesMailbox`` comes, if it is still to come.
    var mailboxEnd: MonotonicInstant {
        if case .cutOff(let time) = stopPhase, time > now { time } else { .distantFuture }
    }

    func announceStop() {
        guard isReady else { return }
        stopPhase = .announced(acceptsUntil: now.advanced(by: context.limits.drainDelay))
        if stopPhase.nextStep <= now { goOnStopping() }
    }

    /// The time of ``StopPhase/nextStep`` has come.
    func goOnStopping() {
        switch stopPhase {
        case .serving, .cutOff: break
        case .announced: beginStopping()
        case .finishing: closeAll()
        }
    }

    private func beginStopping() {
        stopPhase = .finishing(deadline: now.advanced(by: context.limits.stopDeadline))
        forEachLive { slot in
            unsafe slots[slot].connection.stop(now: now)
            unsafe timers.set(slot, to: slots[slot].connection.deadline)
        }
    }

    private func closeAll() {
        stopPhase = .cutOff(emptiesMailboxUntil: now.advanced(by: .seconds(1)))
        closeParked()
        forEachLive { slot in
            drive(slot, unsafe slots[slot].connection.beginClosing(now: now))
        }
    }

    func closeParked() {
        for socket in parkedSockets { ring.closeNow(socket) }
        parkedSockets = []
    }

    func forEachLive(_ body: (Int) -> Void) {
        for slot in 0..<slotCount {
            if case .free = unsafe slots[slot].connection.state { continue }
            body(slot)
        }
    }

    // MARK: The listening socket

    /// How often the backlog is emptied before those who go on coming are left to a successor, or refused.
    static var looksAtBacklog: Int { 16 }

    /// At the end of a turn: a step further, if the accept has ended and everyone it brought has a place.
    func endAccepting() {
        guard !isAcceptArmed, parkedSockets.isEmpty else { return }
        switch acceptPhase {
        case .open:
            guard context.placement.acceptEnded() else { return acceptPhase = .ended }
            // From here on nobody finds a Unix socket's path.
            context.surrenderListener?()
            lookAgain(Self.looksAtBacklog)
        case .looking(let again): lookAgain(again)
        case .mustLook, .ended: break
        }
    }

    private func lookAgain(_ count: Int) {
        if count > 0, !isCutOff, ring.hasNewcomers(on: listener) {
            acceptPhase = .mustLook(again: count - 1)
        } else {
            closeListener()
        }
    }

    /// A reactor may only end when no other can hand it a connection: messages keep their order, so
    /// the one sent here comes after the last of those.
    func closeListener() {
        acceptPhase = .ended
        // Whoever connects is refused from now on, and does not wait for nobody.
        if context.surrenderListener != nil { ring.closeNow(listener) }
        for mailbox in context.mailboxes { mailbox.post(.nobodyAccepts) }
    }
}
