internal import LoadGenerator
internal import Sizes

/// Starts the servers of a measurement.
struct Targets {
    var settings: Settings
    let body: RequestBody
    let answer: [UInt8]
    /// Nil: the system's own, because it does not let us choose.
    let congestionControl: String?

    /// Makes the body and its answer.
    init(settings: Settings, congestionControl: String?) throws {
        self.settings = settings
        self.congestionControl = congestionControl
        body = try RequestBody(
            valueCount: settings.valueCount, seed: settings.seed, asFile: settings.sender == .sendfile)
        answer = expectedAnswer(body, columns: settings.columns)
    }

    /// The server that is measured.
    func server() throws -> BenchTarget {
        switch settings.server {
        case .sluice: try sluice()
        case .running(let url): try running(url)
        }
    }

    /// A `sluice` of its own.
    ///
    /// - Parameters:
    ///   - first: the server that slow clients are at meanwhile; nil: this one.
    ///   - environment: more variables for it.
    func sluice(
        apartFrom first: BenchTarget? = nil, environment: [String: String] = [:]
    ) throws -> BenchTarget {
        guard let command = settings.commandLine else { preconditionFailure("a server runs") }
        let (child, endpoint) = try startServer(
            try SluiceCommandLine.executable(), command.arguments, environment: environment)
        let plan = plan(endpoint, target: "/predict?columns=\(settings.columns)", answer)
        return BenchTarget(
            role: first == nil ? .server : .apart, name: first == nil ? "sluice" : "apart", plan: plan,
            cores: settings.cores, child: child, processes: [child.pid], hasCounters: true,
            slowClients: slowClients(sending: first?.plan ?? plan))
    }

    private func running(_ url: ServerURL) throws -> BenchTarget {
        guard let endpoint = Endpoint(host: url.host, port: url.port) else {
            throw BenchError("no IPv4 address for \(url.host)")
        }
        var plan = plan(endpoint, target: url.target(columns: settings.columns), answer)
        plan.host = url.port == 80 ? url.host : "\(url.host):\(url.port)"
        return BenchTarget(
            role: .server, name: "server", plan: plan, cores: settings.cores, child: nil,
            processes: endpoint.isLoopback ? processesListening(onPort: url.port) : [], hasCounters: true)
    }

    /// A limit, in a process of its own.
    ///
    /// - Parameter first: the server that slow clients are at meanwhile; nil: there are none.
    func limit(_ kind: LimitServer.Kind, apartFrom first: BenchTarget? = nil) throws -> BenchTarget {
        let (child, endpoint) = try startServer(
            try ownExecutable(),
            ["limit", "--kind", kind.rawValue, "--connections", "\(settings.connections)"]
                + ["--body-size", "\(settings.size.bytes)"])
        let plan = plan(endpoint, target: "/predict", LimitServer.answer(of: kind, to: body))
        return BenchTarget(
            role: kind == .sink ? .sink : .discard, name: kind.rawValue, plan: plan, cores: settings.cores,
            child: child, processes: [child.pid], hasCounters: false,
            slowClients: first.flatMap { slowClients(sending: $0.plan) })
    }

    private func slowClients(sending plan: LoadPlan) -> (count: Int, plan: LoadPlan)? {
        settings.slowClients > 0 ? (settings.slowClients, plan) : nil
    }

    private func plan(_ endpoint: Endpoint, target: String, _ answer: [UInt8]) -> LoadPlan {
        LoadPlan(
            endpoint: endpoint, target: target, body: body, expectedAnswer: .bytes(answer),
            connections: settings.connections, sender: settings.sender, congestionControl: congestionControl,
            timeout: settings.timeout)
    }
}
