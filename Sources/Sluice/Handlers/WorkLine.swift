internal import DequeModule

/// Work that waits for a thread, first come, first served. Whoever is not waited for any more leaves it from any place.
struct WorkLine {
    typealias Work = @Sendable () -> Void

    private var waiting: [Int: Work] = [:]
    /// The places in their order; some of them may have been left.
    private var order = Deque<Int>()
    private var nextPlace = 0

    var count: Int { waiting.count }
    /// Those that were left among them.
    var placesKept: Int { order.count }

    /// - Returns: its place; nil, and it does not wait, if as many as may do already.
    mutating func append(limit: Int, _ work: @escaping Work) -> Int? {
        guard waiting.count < limit else { return nil }
        // Most of it has been left, in twice as many steps at least as it takes to tidy up.
        if order.count > 2 * waiting.count + 64 { order.removeAll { waiting[$0] == nil } }
        defer { nextPlace += 1 }
        order.append(nextPlace)
        waiting[nextPlace] = work
        return nextPlace
    }

    mutating func popFirst() -> Work? {
        while let place = order.popFirst() {
            if let work = waiting.removeValue(forKey: place) { return work }
        }
        return nil
    }

    /// - Returns: what waited there, for the caller to let go of: it may hold something whose end asks for the line again.
    mutating func leave(_ place: Int) -> Work? { waiting.removeValue(forKey: place) }
}
