internal import Synchronization

/// Opened once, from any thread.
final class Latch: Sendable {
    private let state = Atomic<Bool>(false)

    var isOpen: Bool { state.load(ordering: .acquiring) }

    func open() { state.store(true, ordering: .releasing) }

    /// Whether it is within ten seconds.
    func isOpened() async -> Bool {
        for _ in 0..<1000 where !isOpen { try? await Task.sleep(for: .milliseconds(10)) }
        return isOpen
    }
}
