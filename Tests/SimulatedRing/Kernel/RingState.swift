internal import Uring

/// What the kernel knows of one ring.
final class RingState {
    struct Posted {
        let completion: Completion
        let operation: Operation
    }

    let number: Int
    let submissionEntries: Int
    let waker = SimulatedWaker()
    var isEnabled = false
    var submissions: [Operation] = []
    /// Completed and not taken yet.
    var completions: [Posted] = []
    /// Completed and kept by the kernel, for the queue was full.
    var overflowed: [Posted] = []
    /// In flight, by token: queued, and the last completion not taken. Only looked up, never gone through,
    /// for a dictionary's order differs from process to process.
    var operations: [UInt64: Operation] = [:]
    /// In flight and holding memory or buffers.
    var transfersInFlight = 0
    var awaitingWake: Operation?
    var groups: [SimulatedBufferGroup] = []
    var counters = RingCounters()
    /// Where its thread runs.
    var cpu: Int
    /// Until when its thread waits; nil while it runs, and it has to be stepped before time may pass.
    var waitsUntil: UInt64?
    /// ``SimulatedKernel/clientSteps`` when a turn last ended for their sake.
    var clientStepsSeen = 0

    init(number: Int, submissionEntries: Int) {
        self.number = number
        cpu = number
        self.submissionEntries = submissionEntries
    }

    func group(_ group: BufferGroup) -> SimulatedBufferGroup? {
        groups.first { $0.group == group }
    }

    /// Whether a thread that sat in `submitAndWait` would be running.
    func hasWork(at time: UInt64) -> Bool {
        guard isEnabled else { return false }
        guard let waitsUntil else { return true }
        return waitsUntil <= time || !completions.isEmpty || !overflowed.isEmpty || !submissions.isEmpty
            || (awaitingWake != nil && waker.isCalled)
    }
}
