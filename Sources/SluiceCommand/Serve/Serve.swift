internal import ArgumentParser
internal import CPlatform
internal import Glibc
internal import Logging
internal import Reduction
internal import ServiceLifecycle
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
            signal ends the process at once; SIGHUP has the token file read again. Sizes are written 30MB, 1MiB or in bytes.
            """)

    @OptionGroup(title: "Where it listens") var listening: ListenOptions
    @OptionGroup(title: "Who is served") var access: AccessOptions
    @OptionGroup(title: "Bodies") var bodies: BodyOptions
    @OptionGroup(title: "Memory") var memory: MemoryOptions
    @OptionGroup(title: "Connections") var connections: ConnectionOptions

    @Option(help: "trace, debug, info, notice, warning, error or critical. To standard error.")
    var logLevel = Logger.Level.info

    func validate() throws {
        if bodies.body == .landed, memory.memory < bodies.maxBody {
            throw ValidationError(
                "--memory \(memory.memory) cannot hold one landed body of --max-body \(bodies.maxBody)")
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
        let token = try access.token()
        try checkRing()
        let threads = connections.threads ?? Int(sluice_available_cpus())
        var limits = Limits()
        bodies.set(&limits)
        memory.set(&limits)
        connections.set(&limits, threads: threads, logger)
        var routes = bodies.routes
        routes.allowedOrigins = access.allowOrigin
        let server: Server
        do {
            server = try Server(
                routes: routes, listen: listening.address, threads: threads, limits: limits, token: token,
                logger: logger)
        } catch {
            StandardError.write("sluice: \(error)\n")
            if case .ring = error { StandardError.write("sluice: `sluice doctor` says what would mend it\n") }
            throw ExitCode.failure
        }
        log(logger, limits, threads, server, token)
        if listening.isOpenToOthers, token == nil {
            logger.warning("anyone who reaches this address is served: --token-file would ask for a token")
        }
        // The socket listens already: whoever reads this line can connect.
        print("sluice: listening on \(server.address) (\(threads) threads, \(bodies.body.rawValue) bodies)")
        fflush(nil)
        runUntilStopped(server, logger)
    }

    /// Tries io_uring before anything is made: where it is blocked, the operator is told why and what helps, and
    /// nobody that the server listens.
    private func checkRing() throws {
        guard let missing = Examination.ring.first(where: { $0.verdict == .fails }) else { return }
        StandardError.write("sluice: \(missing.subject): \(missing.detail)\n")
        if let cure = missing.cure { StandardError.write("sluice: → \(cure)\n") }
        throw ExitCode.failure
    }

    private func runUntilStopped(_ server: Server, _ logger: Logger) -> Never {
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
        let signal = StopSignals.next { access.renewToken(of: server, logger) }
        logger.info("stopping", metadata: ["signal": "\(signal)"])
        Task { await group.triggerGracefulShutdown() }
        let second = StopSignals.next { access.renewToken(of: server, logger) }
        StandardError.write("sluice: second signal, ending at once\n")
        _exit(128 + second)
    }

    private func log(
        _ logger: Logger, _ limits: Limits, _ threads: Int, _ server: Server, _ token: BearerToken?
    ) {
        logger.info(
            "configured",
            metadata: [
                "address": "\(server.address)", "threads": "\(threads)", "body": "\(bodies.body.rawValue)",
                "columns": "\(bodies.columns)", "window": "\(memory.windowSize)",
                "low-water-mark": "\(memory.lowWaterMark ?? memory.windowSize)",
                "max-body": "\(bodies.maxBody)", "memory": "\(memory.memory)",
                "max-connections": "\(limits.maxConnections)", "cpu-path": "\(VectorPath.selected)",
                "token": token == nil ? "none" : "asked for",
                "ring-flags-refused": "\(server.refusedRingFlags.joined(separator: " "))",
            ])
    }
}
