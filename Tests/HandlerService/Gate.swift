internal import Glibc
internal import Synchronization

/// Holds whoever comes until it is opened, and their threads with them.
final class Gate: Sendable {
    private let opened = Atomic(false)
    private let held = Atomic(0)

    var heldCount: Int { held.load(ordering: .relaxed) }

    var isOpen: Bool { opened.load(ordering: .relaxed) }

    func open() { opened.store(true, ordering: .relaxed) }

    func pass() -> String {
        held.add(1, ordering: .relaxed)
        while !isOpen { usleep(1000) }
        held.subtract(1, ordering: .relaxed)
        return "passed\n"
    }
}
