internal import FoundationEssentials
internal import LoadGenerator

/// Drives a gRPC server with the peers' own client, for ours speaks HTTP/1.1 only. It checks the answers, takes
/// the times and tells them in JSON.
struct GRPCClient {
    /// The peers' folder.
    let folder: String

    /// What the client prints: a line of JSON.
    struct Report: Codable {
        let requests: Int
        let failures: Int
        let seconds: Double
        let latenciesMs: Latencies

        struct Latencies: Codable {
            let p50: Double?
            let p99: Double?
        }

        enum CodingKeys: String, CodingKey {
            case requests, failures, seconds
            case latenciesMs = "latencies_ms"
        }
    }

    /// What a call under way may take at most, by the client's own limit.
    private static let longestCall = Duration.seconds(60)

    func measure(_ server: RunningServer, _ workload: Workload) throws -> CellFigures {
        let warmUp: CellFigures
        switch workload.warmUp {
        case .requests(let count):
            let report = try run(server, workload, requests: count, concurrency: 1)
            warmUp = CellFigures(report, of: count, workload)
        case .eachConnection:
            let count = workload.connections
            let report = try run(server, workload, requests: count, concurrency: count)
            warmUp = CellFigures(report, of: count, workload)
        case .wholeRound:
            warmUp = try load(server, workload, workload.requests)
            // As with the other client: another round would tell of what this one left behind.
            if let cut = warmUp.ifCutInWarmUp { return cut }
        }
        return try workload.stretched { try load(server, workload, $0) }.adding(faultsOf: warmUp)
    }

    private func load(
        _ server: RunningServer, _ workload: Workload, _ requests: Int
    ) throws -> CellFigures {
        let before = server.cpuNanoseconds
        let report = try run(server, workload, requests: requests, concurrency: workload.connections)
        var figures = CellFigures(report, of: requests, workload)
        figures.cpuSeconds = secondsBetween(before, server.cpuNanoseconds)
        figures.peakMemory = server.peakMemory
        return figures
    }

    private func run(
        _ server: RunningServer, _ workload: Workload, requests: Int, concurrency: Int
    ) throws -> Report {
        let child = try ChildProcess(
            executable: folder + "/.venv/bin/python",
            arguments: [folder + "/python/grpc_client.py"]
                + Self.arguments(
                    workload, port: server.endpoint.port, requests: requests, concurrency: concurrency),
            environment: ["PYTHONPATH": folder + "/text"])
        let line = child.line(within: workload.limit + Self.longestCall + .seconds(20))
        child.stop(within: .seconds(1))
        guard let line else {
            throw CompareError("its client said nothing: \(child.errors.split(separator: "\n").last ?? "")")
        }
        return try JSONDecoder().decode(Report.self, from: Data(line.utf8))
    }

    static func arguments(_ workload: Workload, port: UInt16, requests: Int, concurrency: Int) -> [String] {
        // `wait-cpu` is WaitCpu.
        let method = workload.route.rawValue.split(separator: "-").map {
            $0.prefix(1).uppercased() + $0.dropFirst()
        }
        let bytes =
            if case .values(let count) = workload.content { ["--bytes", "\(4 * count)"] } else { [String]() }
        return [
            "--port", "\(port)", "--method", method.joined(), "--requests", "\(requests)",
            "--concurrency", "\(concurrency)", "--seconds", "\(workload.limit / .seconds(1))",
        ] + bytes
    }
}

extension CellFigures {
    /// What the gRPC client saw: it does not tell a wrong answer from none.
    init(_ report: GRPCClient.Report, of requests: Int, _ workload: Workload) {
        asked = requests
        right = report.requests - report.failures
        failures = report.failures
        seconds = report.seconds
        latencyP50 = report.latenciesMs.p50.map { $0 / 1000 }
        latencyP99 = report.latenciesMs.p99.map { $0 / 1000 }
        unfinished = max(0, requests - report.requests)
        cutAfter = unfinished > 0 ? workload.limit / .seconds(1) : nil
    }
}
