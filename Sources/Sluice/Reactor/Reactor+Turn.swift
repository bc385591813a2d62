internal import HTTP1
internal import Logging
internal import Uring

// A turn: hand over what is queued, wait, and do what the completions, the mailbox and the deadlines ask for.

extension Reactor where R: ~Copyable {
    /// Binds the ring to this thread and begins to accept.
    func start() throws(RingError) {
        try ring.enable()
    }

    /// Whether the server has been stopped and nothing is left.
    var isFinished: Bool {
        // A message that is not read yet may hold memory for a connection that has gone meanwhile.
        // A task that does not heed its cancellation is left behind when the stop's time is over.
        nobodyAccepts && liveCount == 0 && !isAcceptCancelInFlight && (tasksRunning == 0 || isCutOff)
            && (leavesMailbox || mailbox.isEmpty && !descriptorWaits.hasLeavers)
    }

    /// One turn. Returns after at least one completion, or when a deadline has come.
    func turn() throws(RingError) {
        armListening()
        queueDescriptorWaits()
        let deadline = nextDeadline
        try ring.submitAndWait(until: deadline, busyFor: busyWaiting.begin())
        now = ring.now
        let brought = ring.hasCompletion
        busyWaiting.end(hasCompletion: brought, now: now)
        let isLate = deadline.duration(until: now) > Self.longestDelay
        // Until it sleeps again nobody need wake it: not even its own handlers, whose steps come by the mailbox too.
        mailbox.wakeUp()
        refreshDate()
        handleCompletions()
        sleepers.wake(now: now)
        readMailbox()
        if judgement.mayJudge(isLate: isLate, brought: brought, isLeft: ring.hasCompletion, now: now) {
            expireDeadlines()
        }
        requeueWaiting()
        // Behind it: whoever still has no receive is one whom we hold back.
        reclaimHeadBuffers()
        openParked()
        if isStopping { endAccepting() }
        let counters = ring.counters
        metrics.systemCalls.set(Int(truncatingIfNeeded: counters.systemCalls))
        metrics.completions.set(Int(truncatingIfNeeded: counters.completions))
        metrics.completionOverflows.set(Int(truncatingIfNeeded: counters.overflows))
        metrics.turns.add(1)
        hasMail = !mailbox.fallAsleep()
    }

    /// So late after its time, the process may have been stopped: ``Judgement``. Where others only had the core for so long, it is
    /// one system call for nothing.
    private static var longestDelay: Duration { .milliseconds(50) }

    /// As many as one turn handles: where each brings another, a full queue has Linux do that in the midst of it, and the
    /// mailbox, the deadlines and all who wait in a line would never have their turn.
    static var mostCompletions: Int { 1024 }

    private func handleCompletions() {
        var isFirst = true
        for _ in 0..<Self.mostCompletions {
            guard let completion = ring.nextCompletion() else { break }
            isOnlyCompletion = isFirst && !ring.hasCompletion
            isFirst = false
            handle(completion)
        }
        isOnlyCompletion = false
    }

    private func armListening() {
        if !isWakeArmed { isWakeArmed = counted(ring.awaitWake(token: Token(.wake).rawValue)) }
        // Also when nothing is accepted any more: a time that has passed would be waited for again and again.
        if acceptAgainAt <= now { acceptAgainAt = .distantFuture }
        if wantsToAccept {
            isAcceptArmed = counted(ring.accept(on: listener, token: Token(.accept).rawValue))
            if isAcceptArmed { acceptPhase.armed() }
        }
        // After the accept: in a stop's last look they are queued together.
        if wantsToEndAccept {
            isAcceptCancelInFlight = counted(
                ring.cancel(Token(.accept).rawValue, token: Token(.cancelAccept).rawValue))
        }
    }

    private func queueDescriptorWaits() {
        descriptorWaits.queue { step, wait in
            switch step {
            case .poll(let number):
                counted(
                    ring.poll(
                        wait.descriptor, for: wait.readiness, token: Token(.poll, wait: number).rawValue))
            case .cancel(let number):
                counted(
                    ring.cancel(
                        Token(.poll, wait: number).rawValue, token: Token(.cancelPoll, wait: number).rawValue)
                )
            }
        }
    }

    private func pollCompleted(_ completion: Completion, as token: Token) {
        guard let wait = descriptorWaits.take(token.wait) else {
            return countStale(completion, .poll)
        }
        wait.end(
            completion.errorNumber.map { DescriptorError(descriptor: wait.descriptor, errorNumber: $0) })
    }

    /// Counts what found the submission queue full; the next turn tries again.
    private func counted(_ isQueued: Bool) -> Bool {
        if !isQueued { metrics.queueFull.add(1) }
        return isQueued
    }

    private var wantsToAccept: Bool {
        !isAcceptArmed && acceptAgainAt == .distantFuture
            && (isStopping ? acceptPhase.wantsToLook : !isFull)
    }

    private var wantsToEndAccept: Bool {
        isAcceptArmed && (isStopping || isFull) && !isAcceptCancelInFlight
    }

    private var nextDeadline: MonotonicInstant {
        // Whoever still waits in a line can be queued in the next turn: do not sleep on it.
        for line in Line.allCases where !lines.isEmpty(line.rawValue) && canServe(line) { return now }
        // So must the reactor not on what came to the mailbox after it was read, nor while there may be more to look at.
        if hasMail || judgement.isHeld { return now }
        // So can what found the queue full when it was to be armed: nothing else would wake us for it.
        if !isWakeArmed || wantsToAccept || wantsToEndAccept || descriptorWaits.wantsToQueue { return now }
        return min(
            timers.nextWake, sleepers.nextWake, acceptAgainAt, stopPhase.nextStep, mailboxEnd, memoryPauseEnd,
            bufferPauseEnd, headBufferReclaimTime, nextBodyTurn)
    }

    private func refreshDate() {
        let second = Int(truncatingIfNeeded: now.nanoseconds / 1_000_000_000)
        guard second != dateSecond else { return }
        dateSecond = second
        date = HTTPDate(unixSeconds: ring.unixSeconds)
    }

    private func handle(_ completion: Completion) {
        let token = Token(rawValue: completion.token)
        guard let operation = token.operation else { return countStale(completion, nil) }
        switch operation {
        case .wake:
            // The mailbox is read in every turn.
            isWakeArmed = false
        case .accept: acceptCompleted(completion)
        // If it missed, the next turn tries again.
        case .cancelAccept: isAcceptCancelInFlight = false
        case .poll: pollCompleted(completion, as: token)
        case .cancelPoll: descriptorWaits.cancelCompleted()
        case .receive, .receiveFromHeads, .receiveFromWindows, .send, .watch, .cancelReceive, .cancelSend,
            .cancelWatch, .close:
            let id = token.connection
            guard id.slot < slotCount, unsafe slots[id.slot].generation == id.generation else {
                return countStale(completion, operation)
            }
            connectionCompleted(operation, id.slot, completion)
        }
    }

    /// A completion for a connection that is gone is a mistake of ours: nothing may be released before its
    /// completion. What it carries goes back all the same.
    private func countStale(_ completion: Completion, _ operation: Operation?) {
        metrics.staleCompletions.add(1)
        if let buffer = completion.bufferID {
            if operation == .receiveFromHeads { ring.provide(buffer, to: Self.headGroup) }
            if operation == .receiveFromWindows { ring.provide(buffer, to: Self.windowGroup) }
        }
        context.logger.critical("completion of no connection", metadata: ["token": "\(completion.token)"])
        assertionFailure("completion of no connection: \(completion)")
    }

    private func expireDeadlines() {
        while let slot = timers.nextExpired(now: now) {
            let action = unsafe slots[slot].connection.deadlineReached(now: now)
            switch action {
            // A period of a body or a response is over, which alone says nothing.
            case .wait, .measureArrived, .measureTaken: break
            default: metrics.timeouts.add(1)
            }
            drive(slot, action)
        }
        if stopPhase.nextStep <= now { goOnStopping() }
    }
}
