internal import Glibc
internal import Synchronization

@testable internal import Sluice

/// Runs `body` on so many threads at a time, each with its number, and returns when all have ended.
///
/// None begins before all are there: between them is no order but the one that `body` makes by its own locks. The thread
/// sanitizer then sees a missing one however the threads happen to run; tasks may share one thread, where it sees none.
func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) throws {
    final class Meeting: Sendable {
        let arrived = Atomic(0)
        let ended = Atomic(0)
    }
    let meeting = Meeting()
    for number in 0..<count {
        try ServerThread.start(named: "test-\(number)", onCPU: nil) {
            meeting.arrived.add(1, ordering: .acquiringAndReleasing)
            while meeting.arrived.load(ordering: .acquiring) < count { sched_yield() }
            body(number)
            meeting.ended.add(1, ordering: .releasing)
        }
    }
    while meeting.ended.load(ordering: .acquiring) < count { usleep(100) }
}
