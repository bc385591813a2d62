internal import ArgumentParser
internal import CPlatform
internal import Glibc
internal import Logging
internal import Reduction
internal import ServiceLifecycle
internal import Sizes
internal import Sluice

/// `sluice serve`: runs the server until it is told to stop.
struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve POST /predict.",
        discussion: """
            POST /predict takes raw little-endian float32 values and answers the 4 bytes of a float32, or \
            JSON if the request accepts application/json. ?kernel= is row-mean-std (numpy's \
            a.reshape(-1, columns).mean(axis=1).std(axis=0); the default), sum, mean, minimum or maximum; \
            ?columns= is the length of a row.

            GET /health, /ready and /metrics are always there. SIGTERM and SIGINT stop gracefully; a second \
            signal ends the process at once. Sizes are written 30MB, 1MiB or in bytes.
            """)

    @Option(help: "The address to listen on.")
    var host = "127.0.0.1"

    @Option(help: "The port; 0 picks a free one and prints it.")
    var port: UInt16 = 8080

    @Option(help: "Listen on a Unix socket at this path instead.")
    var unix: String?

    @Flag(help: "Allow an address that other machines can reach. There is no authentication.")
    var allowRemote = false

    @Option(help: "Reactor threads (default: one for each CPU).")
    var threads: Int?

    @Option(help: "streamed: through a small window, reduced in cache. landed: to one contiguous place.")
    var body = BodyPlacement.streamed

    @Option(help: "The length of a row where the request does not say ?columns=.")
    var columns = 2500

    @Option(help: "The size of a window.")
    var windowSize = ByteSize(bytes: Limits().windowBytes)

    @Option(help: "How much of a body must have arrived before it is received (default: a window).")
    var lowWaterMark: ByteSize?

    @Option(help: "The largest body; larger ones get 413 before they are read.")
    var maxBody = ByteSize(bytes: Limits().maxBodyBytes)

    @Option(help: "Connections at once (default: 10000, or what the descriptor limit allows).")
    var maxConnections: Int?

    @Option(help: "The budget for landed bodies and kernels' scratch.")
    var memory = ByteSize(bytes: Limits().memoryBytes)

    @Option(help: "trace, debug, info, notice, warning, error or critical. To standard error.")
    var logLevel = Logger.Level.info

    func validate() throws {
        if let threads, threads < 1 { throw ValidationError("--threads is 1 or more") }
        if columns < 1 { throw ValidationError("--columns is 1 or more") }
        if let maxConnections, maxConnections < 1 {
            throw ValidationError("--max-connections is 1 or more")
        }
        if body == .landed, memory.bytes < maxBody.bytes {
            throw ValidationError(
                "--memory \(memory) cannot hold one landed body of --max-body \(maxBody)")
        }
        if unix == nil, !allowRemote, !LoopbackAddress.isLoopback(host) {
            throw ValidationError(
                "\(host) can be reached from other machines; say --allow-remote if that is meant")
        }
    }

    func run() throws {
        let level = logLevel
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = level
            return handler
        }
        let logger = Logger(label: "sluice")
        let threads = threads ?? Int(sluice_available_cpus())
        let limits = limits(threads: threads, logger)
        let server: Server
        do {
            server = try Server(
                routes: routes, listen: address, threads: threads, limits: limits, logger: logger)
        } catch {
            StandardError.write("sluice: \(error)\n")
            if case .ring = error { StandardError.write("sluice: `sluice doctor` says what would mend it\n") }
            throw ExitCode.failure
        }
        log(logger, limits, threads, server)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: server)], gracefulShutdownSignals: [], logger: logger))
        Task {
            do {
                try await group.run()
                logger.info("stopped")
                Glibc.exit(EXIT_SUCCESS)
            } catch {
                StandardError.write("sluice: \(error)\n")
                Glibc.exit(EXIT_FAILURE)
            }
        }
        // The socket listens already: whoever reads this line can connect.
        print("sluice: listening on \(server.address) (\(threads) threads, \(body.rawValue) bodies)")
        fflush(nil)
        let signal = StopSignals.next()
        logger.info("stopping", metadata: ["signal": "\(signal)"])
        Task { await group.triggerGracefulShutdown() }
        let second = StopSignals.next()
        StandardError.write("sluice: second signal, ending at once\n")
        _exit(128 + second)
    }

    private var address: ListenAddress {
        unix.map { .unix(path: $0) } ?? .tcp(host: host, port: port)
    }

    private var routes: Routes {
        var menu = ReductionMenu(columns: columns)
        menu.addRows { RowMeanStd(columns: $0) }
        menu.add { Sum() }
        menu.add { Mean() }
        menu.add { Minimum() }
        menu.add { Maximum() }
        var routes = Routes()
        routes.post("/predict", reducing: menu, body: body)
        return routes
    }

    private func limits(threads: Int, _ logger: Logger) -> Limits {
        var limits = Limits()
        limits.windowBytes = windowSize.bytes
        limits.lowWaterMark = lowWaterMark?.bytes
        limits.maxBodyBytes = maxBody.bytes
        limits.memoryBytes = memory.bytes
        let descriptors = DescriptorLimit.raise()
        let allowed = DescriptorLimit.connections(within: descriptors, threads: threads)
        limits.maxConnections = maxConnections ?? min(limits.maxConnections, allowed)
        if limits.maxConnections > allowed {
            logger.warning(
                "more connections allowed than descriptors; the rest wait in the backlog",
                metadata: ["connections": "\(limits.maxConnections)", "descriptors": "\(descriptors)"])
        }
        return limits
    }

    private func log(_ logger: Logger, _ limits: Limits, _ threads: Int, _ server: Server) {
        logger.info(
            "configured",
            metadata: [
                "address": "\(server.address)", "threads": "\(threads)", "body": "\(body.rawValue)",
                "columns": "\(columns)", "window": "\(windowSize)", "low-water-mark": "\(lowWaterMark ?? windowSize)", "max-body": "\(maxBody)",
                "memory": "\(memory)", "max-connections": "\(limits.maxConnections)",
                "cpu-path": "\(VectorPath.selected)",
                "ring-flags-refused": "\(server.refusedRingFlags.joined(separator: " "))",
            ])
    }
}
