internal import Synchronization

/// How many requests may still begin; shared by all workers of a run.
final class RequestQuota: Sendable {
    /// When requests that are under way are given up.
    let giveUpAt: UInt64

    private let deadline: UInt64
    private let remaining: Atomic<Int>

    /// A quota whose time begins now.
    init(_ extent: LoadExtent, within limit: Duration?) {
        let now = monotonicNanoseconds()
        giveUpAt = limit.map { now + $0.nanoseconds } ?? .max
        switch extent {
        case .duration(let duration):
            deadline = min(giveUpAt, now + duration.nanoseconds)
            remaining = Atomic(Int.max)
        case .requests(let count):
            deadline = giveUpAt
            remaining = Atomic(count)
        }
    }

    /// Takes one request, if there is one left at `now` (monotonic nanoseconds).
    ///
    /// However late the workers are woken on a busy machine, the first is left: a run without a request would have
    /// measured nothing.
    func take(at now: UInt64) -> Bool {
        let left = remaining.load(ordering: .relaxed)
        guard now < deadline || left == .max, left > 0 else { return false }
        return remaining.wrappingSubtract(1, ordering: .relaxed).newValue >= 0
    }
}
