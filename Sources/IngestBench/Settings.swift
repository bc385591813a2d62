internal import ArgumentParser
internal import LoadGenerator
internal import Sizes

/// The options, checked and with their defaults: what a measurement goes by.
struct Settings {
    let size: ByteSize
    let connections: Int
    let rounds: Int
    let extent: LoadExtent
    let server: Server
    let sender: LoadPlan.Sender
    let timeout: Duration
    let seed: UInt64
    let limits: Bool
    let cores: Int

    /// The server that is measured.
    enum Server {
        /// The `sluice` beside this program, started for the measurement.
        case sluice(threads: Int, body: BodyKind)
        /// One that is running.
        case running(ServerURL)
    }

    /// How many float32 values a body holds.
    var valueCount: Int { size.bytes / 4 }
    /// What `?columns=` is sent.
    var columns: Int { largestDivisor(of: valueCount, upTo: 2500) }

    init(_ options: Options) throws {
        guard options.size.bytes >= 4, options.size.bytes % 4 == 0 else {
            throw ValidationError(
                "--size \(options.size) is not a whole number of float32: a multiple of 4, at least 4")
        }
        guard options.connections >= 1 else { throw ValidationError("--connections must be at least 1") }
        guard options.rounds >= 1 else { throw ValidationError("--rounds must be at least 1") }
        cores = ProcessFigures.cores
        size = options.size
        connections = options.connections
        rounds = options.rounds
        sender = options.sender
        seed = options.seed
        limits = options.limits
        timeout = try duration(options.timeout, option: "--timeout")
        extent = try Self.extent(options)
        server = try Self.server(options, cores: cores)
    }

    private static func extent(_ options: Options) throws -> LoadExtent {
        guard let requests = options.requests else {
            return .duration(try duration(options.duration ?? "10s", option: "--duration"))
        }
        guard options.duration == nil else {
            throw ValidationError("--requests and --duration exclude each other")
        }
        guard requests >= options.rounds else {
            throw ValidationError(
                "--requests \(requests) is less than one for each of \(options.rounds) rounds")
        }
        return .requests(requests)
    }

    private static func server(_ options: Options, cores: Int) throws -> Server {
        guard let url = options.url else {
            let threads = options.threads ?? cores
            guard threads >= 1 else { throw ValidationError("--threads must be at least 1") }
            return .sluice(threads: threads, body: options.body ?? .streamed)
        }
        guard options.threads == nil, options.body == nil else {
            throw ValidationError(
                "--threads and --body are for the server that is started; --url names one that runs")
        }
        guard let parsed = ServerURL(url) else {
            throw ValidationError("--url \(url) is not of the form http://HOST:PORT[/PATH]")
        }
        return .running(parsed)
    }

    /// One round's share of the time or the requests.
    func extent(ofRound round: Int) -> LoadExtent {
        switch extent {
        case .duration(let duration): .duration(duration / rounds)
        case .requests(let count): .requests(count / rounds + (round < count % rounds ? 1 : 0))
        }
    }
}

/// Reads `10s`, `500ms`, `2m`; a number alone is seconds.
private func duration(_ text: String, option: String) throws -> Duration {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let units: [String: Int] = ["": 1000, "s": 1000, "ms": 1, "m": 60_000]
    guard let number = Int(digits), let unit = units[String(text.dropFirst(digits.count))],
        1...1_000_000_000 ~= number
    else { throw ValidationError("\(option) \(text) is not a time: write it as 10s, 500ms or 2m") }
    return .milliseconds(number * unit)
}

/// The largest divisor of a number that is not above `limit`.
func largestDivisor(of number: Int, upTo limit: Int) -> Int {
    stride(from: min(number, limit), to: 1, by: -1).first { number % $0 == 0 } ?? 1
}
