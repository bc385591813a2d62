internal import Uring

// What others have left word of: other reactors, whoever stops the server, handlers.

extension Reactor where R: ~Copyable {
    /// How often a turn looks again for what its own messages have brought: steps of tasks, above all.
    private static var roundsOfMessages: Int { 8 }

    func readMailbox() {
        mailbox.exchange(&messages)
        for _ in 0..<Self.roundsOfMessages where !messages.isEmpty {
            for message in messages { handle(message) }
            mailbox.exchange(&messages)
        }
        // Left over for the next turn, which comes at once.
        mailbox.putBack(messages)
    }

    private func handle(_ message: Mailbox.Message) {
        switch message {
        case .adopt(let socket): open(socket)
        case .granted(let id, let range): deliver(range, to: id)
        case .resumeAccepting: isFull = false
        case .wantsDescriptor: giveSpareUp()
        case .token(let renewed): token = renewed
        case .stop: announceStop()
        case .nobodyAccepts: nobodyAccepts = true
        case .job(let job): executor.run(job)
        case .handled(let call, let outcome): handled(call, outcome)
        case .sleep(let sleeper, let duration): sleepers.add(sleeper, until: ring.now.advanced(by: duration))
        case .sleeperLeft: sleepers.noteLeft()
        case .descriptorWait(let wait): descriptorWaits.add(wait)
        case .descriptorWaitLeft(let wait): descriptorWaits.leave(wait)
        case .computeRefused: metrics.computeRefusals.add(1)
        case .write(let call, let bytes, let writer): write(call, bytes, writer)
        case .streamEnded(let call, let error): streamEnded(call, error)
        }
    }
}
