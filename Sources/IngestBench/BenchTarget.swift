internal import LoadGenerator

/// A server under measurement: who it is, how it is loaded, and where its figures are read.
final class BenchTarget {
    /// Which of the servers this is.
    enum Role: String, CaseIterable, Codable {
        /// The one that is measured.
        case server
        /// Another like it, while the slow clients are at the first.
        case apart
        case sink, discard
    }

    let role: Role
    let name: String
    let plan: LoadPlan
    /// Clients of 80 KiB/s that send meanwhile, in each round: how many, and what to whom.
    let slowClients: (count: Int, plan: LoadPlan)?
    let session: LoadSession
    /// The processes that serve; none when they cannot be found.
    let processes: [ProcessFigures]
    private let child: ChildProcess?
    private var control: ControlClient?

    /// - Parameters:
    ///   - child: the process, when this program started it.
    ///   - hasCounters: whether to ask it for `/metrics`.
    init(
        role: Role, name: String, plan: LoadPlan, cores: Int, child: ChildProcess?, processes: [Int32],
        hasCounters: Bool, slowClients: (count: Int, plan: LoadPlan)? = nil
    ) {
        self.slowClients = slowClients
        self.role = role
        self.name = name
        self.plan = plan
        self.child = child
        self.processes = processes.map(ProcessFigures.init)
        control = hasCounters ? ControlClient(endpoint: plan.endpoint, timeout: .seconds(2)) : nil
        session = LoadSession(plan: plan, engine: .init(connections: plan.connections, cores: cores))
    }

    /// Whether the slow clients are at this server, and not at another meanwhile.
    var bearsSlowClients: Bool { slowClients?.plan.endpoint == plan.endpoint }

    /// Opens the connections. A server that shows no counters now is not asked again: one that has a worker
    /// for each connection would leave the question waiting once the load's connections have them all.
    func connect() throws {
        if counters().isEmpty { control = nil }
        do throws(LoadFailure) {
            try session.connect()
        } catch {
            throw BenchError("\(name) at \(plan.endpoint): \(error.text)" + lastWords)
        }
    }

    /// The server's counters, by their names on `/metrics`; none when it has no such page.
    func counters() -> [String: Double] {
        guard let control, let page = try? control.get("/metrics") else { return [:] }
        return Metrics.parse(String(decoding: page, as: UTF8.self))
    }

    /// Closes the connections, and ends the server if it was started here.
    func stop() {
        session.disconnect()
        child?.stop()
    }

    /// What it wrote to its standard error last, for a message; empty when it is no child or wrote nothing.
    var lastWords: String {
        guard let errors = child?.errors, !errors.isEmpty else { return "" }
        return "\nIts last words:\n" + errors.split(separator: "\n").suffix(10).joined(separator: "\n")
    }
}
