internal import Synchronization
internal import Uring

/// Remembers that it was called; the kernel looks in each turn.
///
/// Safe from any thread, as the protocol asks, though a call from another thread makes a run differ from
/// its replay.
final class SimulatedWaker: Waker {
    private let called = Atomic(false)

    func wake() { called.store(true, ordering: .releasing) }

    var isCalled: Bool { called.load(ordering: .acquiring) }

    /// Whether it was called since the last time.
    func takeCall() -> Bool { called.exchange(false, ordering: .acquiringAndReleasing) }
}
