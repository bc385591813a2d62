internal import LoadGenerator

/// All that was seen of a soak: what the verdict is made of.
struct SoakRecord: Sendable {
    /// How long the clients went on, in seconds.
    var duration: Double
    /// Looks while they did.
    var samples: [Sample] = []
    /// Looks after they had gone.
    var afterwards: [Sample] = []
    /// At rest before the first client came, once the memory had been touched.
    var baseline: RestState
    var baselineThreads: Int
    /// As many as the server was told to have.
    var reactors: Int
    var tallies: [ClientKind: Tally] = [:]
    var healthy: HealthyClient.Record
    var ending: Ending

    /// How the server ended.
    struct Ending: Sendable {
        /// Whether it had to be asked to.
        var livedToTheEnd: Bool
        /// Nil when a signal ended it.
        var exitCode: Int32?
        /// Lines of its log that tell of a failure of its own.
        var criticalLines: Int
    }

    /// As the server was when all clients had gone.
    var rest: RestState? { afterwards.last.flatMap { RestState($0) } }
}
