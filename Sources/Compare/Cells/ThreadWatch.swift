internal import LoadGenerator
internal import Synchronization

/// Looks at how many threads some processes have, twenty times a second.
final class ThreadWatch: Sendable {
    private final class Shared: Sendable {
        let isEnding = Atomic(false)
        let most = Atomic(0)
    }

    private let shared = Shared()
    private let before: Int
    private let thread: SystemThread

    init(processes: [Int32]) throws {
        before = Self.count(processes)
        thread = try SystemThread(name: "thread-watch") { [shared] in
            while !shared.isEnding.load(ordering: .relaxed) {
                shared.most.max(Self.count(processes), ordering: .relaxed)
                sleep(milliseconds: 50)
            }
        }
    }

    /// Ends it. Once.
    ///
    /// - Returns: how many threads there were at most, less those at the start.
    func end() -> Int {
        shared.isEnding.store(true, ordering: .relaxed)
        thread.join()
        return max(shared.most.load(ordering: .relaxed), before) - before
    }

    private static func count(_ processes: [Int32]) -> Int {
        processes.reduce(0) { $0 + (ProcessFigures(pid: $1).threadCount ?? 0) }
    }
}
