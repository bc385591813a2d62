internal import Glibc
internal import Synchronization

/// Where handlers run that block or compute for long.
protocol ComputeQueue: AnyObject, Sendable {
    /// - Returns: its place in the line; nil, and nothing is done, if too many wait already.
    func submit(_ work: @escaping @Sendable () -> Void) -> Int?
    /// Nobody waits for it any more. Does nothing where it has begun.
    func leave(_ place: Int)
    /// Work that has not begun.
    var waitingCount: Int { get }
}

/// A fixed number of threads and a bounded line in front of them.
///
/// The threads are made once. Whoever finds the line full is told so at once: a line that grows without bound only
/// means that everyone in it waits in vain.
final class ComputePool: ComputeQueue {
    private struct State {
        var line = WorkLine()
        /// Threads at work. One that has been woken for work and has not taken it yet is none of them.
        var running = 0
        var isStopped = false
    }

    private let state: Mutex<State>
    private let signal = Semaphore()
    let threadCount: Int
    /// How many may wait while all threads are at work.
    let limit: Int

    init(threads: Int, limit: Int) {
        threadCount = threads
        self.limit = limit
        state = Mutex(State())
    }

    /// Makes the threads.
    func start() throws(ServerError) {
        for index in 0..<threadCount {
            try ServerThread.start(named: "compute-\(index)", onCPU: nil) { [self] in
                while let work = next() {
                    work()
                    state.withLock { $0.running -= 1 }
                }
            }
        }
    }

    /// What has begun is finished, what has not never begins.
    func stop() {
        let dropped = state.withLock { state in
            state.isStopped = true
            return exchange(&state.line, with: WorkLine())
        }
        withExtendedLifetime(dropped) {}
        for _ in 0..<threadCount { signal.post() }
    }

    var waitingCount: Int { state.withLock { $0.line.count } }

    func submit(_ work: @escaping @Sendable () -> Void) -> Int? {
        let place = state.withLock { state in
            guard !state.isStopped, threadCount > 0 else { return Int?.none }
            // For each thread that is free one more, which it has not taken yet.
            let (most, isTooMuch) = limit.addingReportingOverflow(threadCount - state.running)
            return state.line.append(limit: isTooMuch ? .max : most, work)
        }
        if place != nil { signal.post() }
        return place
    }

    func leave(_ place: Int) {
        let left = state.withLock { $0.line.leave(place) }
        withExtendedLifetime(left) {}
    }

    /// Waits for work; nil when the pool has been stopped.
    private func next() -> (@Sendable () -> Void)? {
        while true {
            signal.wait()
            let (work, isStopped) = state.withLock { state in
                let work = state.line.popFirst()
                if work != nil { state.running += 1 }
                return (work, state.isStopped)
            }
            if let work { return work }
            if isStopped { return nil }
            // It has left the line.
        }
    }
}

/// POSIX's counting semaphore.
@safe
private final class Semaphore: @unchecked Sendable {
    private let semaphore: UnsafeMutablePointer<sem_t>

    init() {
        unsafe semaphore = .allocate(capacity: 1)
        unsafe semaphore.initialize(to: sem_t())
        unsafe sem_init(semaphore, 0, 0)
    }

    func post() { unsafe sem_post(semaphore) }

    func wait() {
        while unsafe sem_wait(semaphore) != 0 {}
    }

    deinit {
        unsafe sem_destroy(semaphore)
        unsafe semaphore.deallocate()
    }
}
