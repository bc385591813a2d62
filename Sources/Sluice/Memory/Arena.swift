internal import DequeModule
internal import Synchronization

/// A run of pages of the arena.
struct ArenaRange: Sendable, Equatable {
    let firstPage: Int
    let pageCount: Int
}

/// Somebody who waits for memory: told through the mailbox of its reactor.
struct ArenaWaiter: Sendable, Equatable {
    let reactor: Int
    let connection: ConnectionID
    let byteCount: Int
    /// Whether most of it is likely to go back soon, its end first: ``MemoryLease/shrink(to:)``.
    var mayShrink = false
}

extension Deque<ArenaWaiter> {
    /// - Parameter connection: nil: all of that reactor.
    fileprivate mutating func withdraw(_ connection: ConnectionID?, of reactor: Int) {
        guard let connection else { return removeAll { $0.reactor == reactor } }
        // A connection waits once, and who leaves has as a rule waited longest: at the front there is nothing to move.
        if let place = firstIndex(where: { $0.reactor == reactor && $0.connection == connection }) {
            remove(at: place)
        }
    }
}

/// The budget of `--memory`: slots for landed bodies and scratch for kernels, granted by bytes.
///
/// Small requests (under 2 MiB) get pages from the bottom, lowest first, so that the same ones are used again
/// and stay warm; large ones get whole runs of 2 MiB from the top. One that may shrink gets the lowest of these, so
/// that the next of its kind begins right behind what it has kept; from the top each would leave a gap that is too
/// short for it. Reactors share it: a lock is taken once for each grant and each return, never for a byte.
///
/// Who cannot be served waits in line: one for small requests, one for large, and nobody overtakes in his own.
/// The lowest run lies beside the budget and is for small ones alone. While a large one waits, small ones get no
/// other: so neither kind can keep the other waiting for ever.
final class Arena: Sendable {
    private struct State: ~Copyable {
        var map: PageMap
        var small = Deque<ArenaWaiter>()
        var large = Deque<ArenaWaiter>()
        var leasedBytes = 0
    }

    private static let smallRuns = 0..<1

    enum Answer {
        case granted(ArenaRange)
        /// In line: a mailbox message will bring the grant, unless ``withdraw(_:of:)`` comes first.
        case waiting
    }

    private let memory: PageMemory
    private let state: Mutex<State>
    /// Called without the lock held, on the thread that returned memory. False: that reactor has ended.
    private let deliver: @Sendable (ArenaWaiter, ArenaRange) -> Bool
    /// The budget: the most that can be granted at once. The lowest run is beside it.
    let byteCount: Int

    /// - Parameters:
    ///   - byteCount: the budget, rounded up to 2 MiB.
    ///   - touched: whether to fault all pages in now. Worth it where bodies are landed; for scratch alone
    ///     a page is faulted in at its first use and stays.
    ///   - deliver: tells a waiter of its grant; whether anybody takes it.
    init(
        byteCount: Int, touched: Bool, deliver: @escaping @Sendable (ArenaWaiter, ArenaRange) -> Bool
    ) throws(MemoryError) {
        let huge = PageMemory.hugePageBytes
        let rounded = (byteCount + huge - 1) / huge * huge
        let total = rounded > 0 ? rounded + huge * Self.smallRuns.count : 0
        memory = try PageMemory(byteCount: total, touchedBytes: touched ? total : 0)
        state = Mutex(State(map: PageMap(pageCount: total / PageMemory.pageBytes)))
        self.deliver = deliver
        self.byteCount = rounded
    }

    /// Bytes leased at this moment.
    var leasedBytes: Int { state.withLock { $0.leasedBytes } }

    func request(_ waiter: ArenaWaiter) -> Answer {
        state.withLock { state in
            let isSmall = PageMap.isSmall(waiter.byteCount)
            let isNext = isSmall ? state.small.isEmpty : state.large.isEmpty
            if isNext, let range = Self.take(waiter, from: &state) { return .granted(range) }
            if isSmall { state.small.append(waiter) } else { state.large.append(waiter) }
            return .waiting
        }
    }

    /// Leaves the line. A grant that is already under way is returned by whoever finds its taker gone.
    /// - Parameter connection: nil: all of that reactor.
    func withdraw(_ connection: ConnectionID? = nil, of reactor: Int) {
        let served = state.withLock { state in
            state.small.withdraw(connection, of: reactor)
            state.large.withdraw(connection, of: reactor)
            return Self.serve(&state)
        }
        handOver(served)
    }

    /// What nobody takes goes on to the next in line.
    private func handOver(_ served: [(ArenaWaiter, ArenaRange)]) {
        for (waiter, range) in served where !deliver(waiter, range) { giveBack(range) }
    }

    fileprivate func giveBack(_ range: ArenaRange) {
        let served = state.withLock { state in
            state.map.free(range)
            state.leasedBytes -= range.pageCount * PageMemory.pageBytes
            return Self.serve(&state)
        }
        handOver(served)
    }

    /// Serves both lines from their fronts, as far as memory goes; the large ones first, for small ones may
    /// use what these leave.
    private static func serve(_ state: inout State) -> [(ArenaWaiter, ArenaRange)] {
        var served: [(ArenaWaiter, ArenaRange)] = []
        while let first = state.large.first, let range = take(first, from: &state) {
            state.large.removeFirst()
            served.append((first, range))
        }
        while let first = state.small.first, let range = take(first, from: &state) {
            state.small.removeFirst()
            served.append((first, range))
        }
        return served
    }

    private static func take(_ waiter: ArenaWaiter, from state: inout State) -> ArenaRange? {
        let runs =
            if !PageMap.isSmall(waiter.byteCount) {
                smallRuns.upperBound..<max(smallRuns.upperBound, state.map.runCount)
            } else if state.large.isEmpty { 0..<state.map.runCount } else { smallRuns }
        guard
            let range = state.map.allocate(byteCount: waiter.byteCount, in: runs, lowest: waiter.mayShrink)
        else { return nil }
        state.leasedBytes += range.pageCount * PageMemory.pageBytes
        return range
    }

    /// Makes the owner of a granted range. Exactly once for each grant.
    func lease(_ range: ArenaRange) -> MemoryLease { MemoryLease(arena: self, range: range) }

    fileprivate func bytes(of range: ArenaRange) -> UnsafeMutableRawBufferPointer {
        let start = range.firstPage * PageMemory.pageBytes
        let end = start + range.pageCount * PageMemory.pageBytes
        return unsafe UnsafeMutableRawBufferPointer(rebasing: memory.bytes[start..<end])
    }
}

/// The right to use a piece of the arena. It goes back when the lease ends: the holder ends it only when
/// the kernel has nothing in flight into it.
struct MemoryLease: ~Copyable, Sendable {
    private let arena: Arena
    private(set) var range: ArenaRange

    fileprivate init(arena: Arena, range: ArenaRange) {
        self.arena = arena
        self.range = range
    }

    /// The memory; not to be used after the lease has ended.
    var bytes: UnsafeMutableRawBufferPointer { unsafe arena.bytes(of: range) }

    /// What lies behind so many bytes goes back: a chunked body was granted room for the largest.
    mutating func shrink(to byteCount: Int) {
        let kept = min(PageMap.pages(for: byteCount), range.pageCount)
        guard kept < range.pageCount else { return }
        let rest = ArenaRange(firstPage: range.firstPage + kept, pageCount: range.pageCount - kept)
        range = ArenaRange(firstPage: range.firstPage, pageCount: kept)
        arena.giveBack(rest)
    }

    deinit { arena.giveBack(range) }
}
