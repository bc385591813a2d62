internal import Synchronization

/// How many connections each reactor has; a new one goes to the one with the fewest.
///
/// Locked once when a connection comes and once when it goes, never for a request.
final class Placement: Sendable {
    private struct State {
        var counts: [Int]
        var total = 0
        var isFull: [Bool]
        /// Reactors that have failed.
        var isRetired: [Bool]
        /// Reactors that may still hand connections to others.
        var accepting: Int
    }

    private let state: Mutex<State>
    private let maxConnections: Int
    private let share: Int

    init(reactorCount: Int, maxConnections: Int) {
        self.maxConnections = maxConnections
        share = Limits.share(of: maxConnections, among: reactorCount)
        state = Mutex(
            State(
                counts: Array(repeating: 0, count: reactorCount),
                isFull: Array(repeating: false, count: reactorCount),
                isRetired: Array(repeating: false, count: reactorCount), accepting: reactorCount))
    }

    /// - Returns: the reactor that takes the connection, `preferred` among equals; nil if the server is
    ///   full. `preferred` is then told when there is room again.
    func place(preferring preferred: Int) -> Int? {
        state.withLock { state in
            var chosen = preferred
            for reactor in state.counts.indices where !state.isRetired[reactor] {
                let isBetter = state.counts[reactor] < state.counts[chosen] || state.isRetired[chosen]
                if isBetter { chosen = reactor }
            }
            // A share is exceeded only by those whom another would have taken that has failed.
            guard state.total < maxConnections, !state.isRetired[chosen], state.counts[chosen] < share else {
                state.isFull[preferred] = true
                return nil
            }
            state.counts[chosen] += 1
            state.total += 1
            return chosen
        }
    }

    /// A reactor has failed, or was never started: it gets no more connections.
    func retire(_ reactor: Int) { state.withLock { $0.isRetired[reactor] = true } }

    /// A reactor that stops has accepted its last connection.
    /// - Returns: whether it was the last to say so: nobody gets a connection any more.
    func acceptEnded() -> Bool {
        state.withLock { state in
            state.accepting -= 1
            return state.accepting == 0
        }
    }

    /// - Returns: reactors that found the server full and may now accept again.
    func leave(_ reactor: Int) -> [Int] {
        state.withLock { state in
            state.counts[reactor] -= 1
            state.total -= 1
            guard state.isFull.contains(true) else { return [] }
            let told = state.isFull.indices.filter { state.isFull[$0] }
            for reactor in told { state.isFull[reactor] = false }
            return told
        }
    }
}
