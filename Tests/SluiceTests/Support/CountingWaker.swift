internal import Synchronization
internal import Uring

/// Wakes nobody, and counts how often it should have.
final class CountingWaker: Waker {
    private let count = Atomic<Int>(0)
    var wakes: Int { count.load(ordering: .relaxed) }
    func wake() { count.add(1, ordering: .relaxed) }
}
