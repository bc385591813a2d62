internal import Synchronization
internal import Uring

/// One wait of a handler for a descriptor to be ready: ends once.
///
/// When its task is cancelled it does not end at once, as a ``Sleeper`` does, but when the ring has let go of the
/// descriptor: whoever has waited for it may close it then.
final class DescriptorWait: Sendable {
    typealias Continuation = CheckedContinuation<Void, any Error>

    let descriptor: Int32
    let readiness: Readiness

    private struct State {
        var continuation: Continuation?
        var isCancelled = false
        /// What its reactor calls it, once it knows of it.
        var number: UInt64?
    }

    private let state = Mutex(State())

    init(_ descriptor: Int32, for readiness: Readiness) {
        self.descriptor = descriptor
        self.readiness = readiness
    }

    /// - Returns: false if it was cancelled before: it is over already.
    func begin(_ continuation: Continuation) -> Bool {
        let begins = state.withLock { state in
            if !state.isCancelled { state.continuation = continuation }
            return !state.isCancelled
        }
        if !begins { continuation.resume(throwing: CancellationError()) }
        return begins
    }

    /// - Returns: whether its reactor must hear of it.
    func cancel() -> Bool {
        state.withLock { state in
            state.isCancelled = true
            return state.continuation != nil
        }
    }

    /// Its reactor is about to poll.
    /// - Returns: false if it has been cancelled meanwhile.
    func poll(as number: UInt64) -> Bool {
        state.withLock { state in
            if !state.isCancelled { state.number = number }
            return !state.isCancelled
        }
    }

    /// Nil while its reactor does not poll for it.
    var number: UInt64? { state.withLock { $0.number } }

    /// With an error, or because the descriptor is ready; whoever was cancelled hears of that.
    func end(_ error: (any Error)? = nil) {
        let (continuation, isCancelled) = state.withLock { state in
            state.number = nil
            return (state.continuation.take(), state.isCancelled)
        }
        guard let continuation else { return }
        if isCancelled { return continuation.resume(throwing: CancellationError()) }
        if let error { continuation.resume(throwing: error) } else { continuation.resume() }
    }
}

/// The waits of one reactor, by number.
final class DescriptorWaits {
    /// What has to be queued on the ring.
    enum Step {
        case poll(UInt64)
        case cancel(UInt64)
    }

    private var waits: [UInt64: DescriptorWait] = [:]
    /// Of them, those that were cancelled and that the ring has not let go yet.
    private var leaving: Set<UInt64> = []
    /// Counts for longer than anything runs.
    private var lastNumber: UInt64 = 0
    private var steps: [Step] = []
    /// Queued, and not completed: what the simulation compares with what its kernel has in flight.
    private(set) var operationsInFlight = 0

    var count: Int { waits.count }
    var wantsToQueue: Bool { !steps.isEmpty }
    var hasLeavers: Bool { !leaving.isEmpty }

    func add(_ wait: DescriptorWait) {
        lastNumber += 1
        guard wait.poll(as: lastNumber) else { return wait.end(CancellationError()) }
        waits[lastNumber] = wait
        steps.append(.poll(lastNumber))
    }

    /// It has been cancelled: whatever has been queued for it is to end.
    func leave(_ wait: DescriptorWait) {
        guard let number = wait.number, leaving.insert(number).inserted else { return }
        steps.append(.cancel(number))
    }

    /// In order, until one finds no room; that one and those behind it are for the next turn.
    func queue(_ queue: (Step, DescriptorWait) -> Bool) {
        var queued = 0
        for step in steps {
            switch step {
            case .poll(let number), .cancel(let number):
                // One whose descriptor was ready needs no cancelling any more.
                guard let wait = waits[number] else { break }
                guard queue(step, wait) else { return steps.removeFirst(queued) }
                operationsInFlight += 1
            }
            queued += 1
        }
        steps.removeAll(keepingCapacity: true)
    }

    /// The poll has completed.
    /// - Returns: nil if there is no such wait.
    func take(_ number: UInt64) -> DescriptorWait? {
        guard let wait = waits.removeValue(forKey: number) else { return nil }
        operationsInFlight -= 1
        leaving.remove(number)
        return wait
    }

    /// A cancel has completed. The poll's own completion says what has become of it.
    func cancelCompleted() { operationsInFlight -= 1 }

    /// Nobody polls any more.
    func endAll() {
        for wait in waits.values { wait.end(CancellationError()) }
        waits = [:]
        leaving = []
        steps = []
    }
}
