internal import ArgumentParser
internal import LoadGenerator
internal import Sizes

/// The options, checked and with their defaults: what a measurement goes by.
struct Settings {
    var size: ByteSize
    var connections: Int
    let rounds: Int
    var extent: LoadExtent
    /// How long each server is loaded before the first round.
    var warmUp: Duration = .milliseconds(500)
    var server: Server
    let sender: LoadPlan.Sender
    let timeout: Duration
    let seed: UInt64
    var limits: Bool
    /// Clients of 80 KiB/s beside the measured server's load.
    var slowClients = 0
    /// Whether the bytes that the server moves are counted, too, which takes a server of its own and some seconds.
    var countsCopies = true
    /// How many of the cores the senders and the server have.
    let cores: Int
    /// How many cores this machine had for us when the options were read, before this program keeps to one.
    let machineCores = ProcessFigures.cores
    /// The only CPU that the senders and the servers run on; nil when they may run on all.
    let pinnedCPU: Int?

    /// The server that is measured.
    enum Server {
        /// The `sluice` beside this program, started for the measurement.
        case sluice(SluiceSetUp)
        /// One that is running.
        case running(ServerURL)
    }

    /// How many float32 values a body holds.
    var valueCount: Int { size.bytes / 4 }
    /// What `?columns=` is sent: what the URL has, else as many as may be.
    var columns: Int {
        if case .running(let url) = server, let columns = url.columns { return columns }
        return largestDivisor(of: valueCount, upTo: 2500)
    }

    // The server's own, or more than machines have: what is reckoned with them must not overflow.
    private static let largestBody = 1 << 40
    private static let mostConnections = 1_000_000
    private static let mostRounds = 1000

    init(_ options: Options) throws {
        try self.init(
            options.shared, size: options.size, connections: options.connections,
            extent: try Self.extent(options), server: try Self.server(options), limits: options.limits)
        guard 0...Self.mostConnections ~= options.slowClients else {
            throw ValidationError("--slow-clients is between 0 and \(Self.mostConnections)")
        }
        guard options.slowClients == 0 || options.url == nil else {
            throw ValidationError(
                "--slow-clients is for the server that is started; --url names one that runs")
        }
        slowClients = options.slowClients
    }

    /// What all measurements share, and what each has its own of.
    init(
        _ shared: SharedOptions, size: ByteSize, connections: Int, extent: LoadExtent, server: Server,
        limits: Bool
    ) throws {
        guard 4...Self.largestBody ~= size.bytes, size.bytes % 4 == 0 else {
            throw ValidationError(
                "--size \(size) is not a whole number of float32: a multiple of 4, from 4 to 1024GiB")
        }
        guard 1...Self.mostConnections ~= connections else {
            throw ValidationError("--connections must be between 1 and \(Self.mostConnections)")
        }
        guard 1...Self.mostRounds ~= shared.rounds else {
            throw ValidationError("--rounds must be between 1 and \(Self.mostRounds)")
        }
        cores = shared.cores
        pinnedCPU = shared.pin
        self.size = size
        self.connections = connections
        rounds = shared.rounds
        sender = shared.sender
        seed = shared.seed
        timeout = try checked(shared.timeout, option: "--timeout")
        self.extent = extent
        self.server = server
        self.limits = limits
        if case .running(let url) = server { try url.check(valueCount: valueCount) }
    }

    private static func extent(_ options: Options) throws -> LoadExtent {
        guard let requests = options.requests else {
            let duration = options.duration ?? TimeSpan(milliseconds: 10_000)
            return .duration(try checked(duration, option: "--duration"))
        }
        guard options.duration == nil else {
            throw ValidationError("--requests and --duration exclude each other")
        }
        guard requests >= options.shared.rounds else {
            throw ValidationError(
                "--requests \(requests) is less than one for each of \(options.shared.rounds) rounds")
        }
        return .requests(requests)
    }

    private static func server(_ options: Options) throws -> Server {
        guard let url = options.url else {
            return .sluice(try SluiceSetUp(options.shared, body: options.body ?? .streamed))
        }
        let shared = options.shared
        guard shared.threads == nil, shared.windowSize == nil, shared.pin == nil, options.body == nil else {
            throw ValidationError(
                "--threads, --body, --window-size and --pin are for the server that is started; "
                    + "--url names one that runs")
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

/// A time that something can be measured in: longer than nothing, and a day at most.
func checked(_ time: TimeSpan, option: String) throws -> Duration {
    guard 1...86_400_000 ~= time.milliseconds else {
        throw ValidationError("\(option) must be more than nothing and at most a day, 1440m")
    }
    return time.duration
}
