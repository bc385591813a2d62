internal import Uring

/// Why a simulation did not come to a good end, with what is needed to see it again.
package struct SimulationFailure: Error, CustomStringConvertible {
    package let description: String
    /// All that the kernel had to object to.
    package let violations: [Violation]
}

extension SimulatedKernel {
    /// Steps the reactors until a condition holds: the main loop of a test.
    ///
    /// ```swift
    /// try kernel.drive(until: { kernel.clientsAreFinished }) {
    ///     for reactor in reactors { try reactor.runTurn() }
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - turnLimit: how often to call `turn`: a server that goes round in circles is found.
    ///   - timeLimit: how much virtual time may pass: so is one that only lives by its timers.
    ///   - isDone: asked before every call of `turn`.
    ///   - turn: one turn of every reactor, and the test's own invariants.
    /// - Throws: at the first violation, error of `turn`, or limit.
    package func drive(
        turnLimit: Int = 200_000, timeLimit: Duration = .seconds(3600), until isDone: () -> Bool,
        turn: () throws -> Void
    ) throws(SimulationFailure) {
        let deadline = now.advanced(by: timeLimit)
        for _ in 0..<turnLimit {
            if isDone() { return }
            do { try turn() } catch { throw failure("\(error)") }
            if let first = violations.first { throw failure(first.description) }
            if now > deadline { throw failure("\(timeLimit) of virtual time were not enough") }
        }
        throw failure("\(turnLimit) turns were not enough")
    }

    private func failure(_ reason: String) -> SimulationFailure {
        var reasons = [reason] + violations.map(\.description).filter { $0 != reason }
        reasons += clients.filter { !$0.isFinished }.map { "client \($0.number) \($0.whereabouts)" }
        return SimulationFailure(
            description: report(of: reasons.joined(separator: "\n")), violations: violations)
    }
}
