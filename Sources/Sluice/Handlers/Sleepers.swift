internal import HeapModule
internal import Synchronization
internal import Uring

/// One `request.sleep(for:)`: ends once, by its time or by its task's cancellation.
final class Sleeper: Sendable {
    private enum State {
        case new
        case sleeping(CheckedContinuation<Void, any Error>)
        case over
    }

    private let state = Mutex(State.new)

    /// - Returns: false if it was cancelled before: it is over already.
    func begin(_ continuation: CheckedContinuation<Void, any Error>) -> Bool {
        let begins = state.withLock { state in
            guard case .new = state else { return false }
            state = .sleeping(continuation)
            return true
        }
        if !begins { continuation.resume(throwing: CancellationError()) }
        return begins
    }

    /// - Returns: whether it was sleeping until now.
    @discardableResult
    func end(cancelled: Bool) -> Bool {
        let continuation: CheckedContinuation<Void, any Error>? = state.withLock { state in
            defer { state = .over }
            return if case .sleeping(let continuation) = state { continuation } else { nil }
        }
        guard let continuation else { return false }
        if cancelled { continuation.resume(throwing: CancellationError()) } else { continuation.resume() }
        return true
    }

    var isOver: Bool { state.withLock { if case .over = $0 { true } else { false } } }
}

/// The sleepers of one reactor, the first to wake in front. Exact to the turn, not to the timer wheel's tick.
final class Sleepers {
    private struct Entry: Comparable {
        let deadline: MonotonicInstant
        /// Who fell asleep first wakes first.
        let number: UInt64
        let sleeper: Sleeper

        static func < (one: Entry, other: Entry) -> Bool {
            one.deadline == other.deadline ? one.number < other.number : one.deadline < other.deadline
        }

        static func == (one: Entry, other: Entry) -> Bool { one.number == other.number }
    }

    private var heap = Heap<Entry>()
    private var number: UInt64 = 0
    /// Entries whose sleeper has been cancelled, about.
    private var leftCount = 0

    var count: Int { heap.count }
    var nextWake: MonotonicInstant { heap.min?.deadline ?? .distantFuture }

    func add(_ sleeper: Sleeper, until deadline: MonotonicInstant) {
        number += 1
        heap.insert(Entry(deadline: deadline, number: number, sleeper: sleeper))
    }

    func wake(now: MonotonicInstant) {
        while let first = heap.min, first.deadline <= now {
            heap.removeMin()
            if !first.sleeper.end(cancelled: false) { leftCount = max(0, leftCount - 1) }
        }
    }

    /// Nobody keeps the time any more.
    func endAll() {
        for entry in heap.unordered { entry.sleeper.end(cancelled: true) }
        heap = Heap()
        leftCount = 0
    }

    /// One has been cancelled. When they are the most, they go: who resets connections again and again fills no
    /// memory.
    func noteLeft() {
        leftCount += 1
        guard leftCount > 64, leftCount > heap.count / 2 else { return }
        heap = Heap(heap.unordered.filter { !$0.sleeper.isOver })
        leftCount = 0
    }
}
