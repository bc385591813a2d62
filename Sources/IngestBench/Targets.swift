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
    /// - Parameter environment: more variables for it.
    func sluice(environment: [String: String] = [:]) throws -> BenchTarget {
        guard case .sluice(let setUp) = settings.server else {
            preconditionFailure("a server runs")
        }
        let command = SluiceCommandLine(
            setUp: setUp, bodySize: settings.size.bytes, connections: settings.connections)
        let (child, endpoint) = try start(
            try SluiceCommandLine.executable(), command.arguments, environment: environment)
        return BenchTarget(
            role: .server, name: "sluice",
            plan: plan(endpoint, target: "/predict?columns=\(settings.columns)", answer),
            cores: settings.cores, child: child, processes: [child.pid], hasCounters: true)
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
    func limit(_ kind: LimitServer.Kind) throws -> BenchTarget {
        let (child, endpoint) = try start(
            try ownExecutable(),
            ["limit", "--kind", kind.rawValue, "--connections", "\(settings.connections)"]
                + ["--body-size", "\(settings.size.bytes)"])
        let plan = plan(endpoint, target: "/predict", LimitServer.answer(of: kind, to: body))
        return BenchTarget(
            role: kind == .sink ? .sink : .discard, name: kind.rawValue, plan: plan, cores: settings.cores,
            child: child, processes: [child.pid], hasCounters: false)
    }

    private func plan(_ endpoint: Endpoint, target: String, _ answer: [UInt8]) -> LoadPlan {
        LoadPlan(
            endpoint: endpoint, target: target, body: body, expectedAnswer: answer,
            connections: settings.connections, sender: settings.sender, congestionControl: congestionControl,
            timeout: settings.timeout)
    }

    /// Starts a server that says where it listens, as `… http://127.0.0.1:PORT …`, in its first line.
    private func start(
        _ executable: String, _ arguments: [String], environment: [String: String] = [:]
    ) throws -> (ChildProcess, Endpoint) {
        let child = try ChildProcess(executable: executable, arguments: arguments, environment: environment)
        let line = child.line(within: .seconds(60))
        guard let line, let endpoint = Endpoint(announcedBy: line) else {
            child.stop(within: .seconds(1))
            let command = ([executable] + arguments).joined(separator: " ")
            let said = line.map { "It said: \($0)\n" } ?? ""
            throw BenchError("the server did not say where it listens: \(command)\n\(said)\(child.errors)")
        }
        return (child, endpoint)
    }
}

extension Endpoint {
    /// Finds `http://127.0.0.1:PORT` in what a server says when it is ready.
    init?(announcedBy line: String) {
        let scheme = "http://"
        guard let word = line.split(separator: " ").first(where: { $0.hasPrefix(scheme) }) else { return nil }
        let authority = word.dropFirst(scheme.count).prefix { $0 != "/" }
        let parts = authority.split(separator: ":")
        guard parts.count == 2, let port = UInt16(parts[1].prefix { $0.isNumber }) else { return nil }
        self.init(host: String(parts[0]), port: port)
    }
}
