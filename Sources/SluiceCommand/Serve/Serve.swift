internal import ArgumentParser
internal import CPlatform
internal import Glibc
internal import Logging
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
            signal ends the process at once; SIGHUP has the token file read again. A listening socket that systemd \
            hands over (LISTEN_FDS) is taken instead of an address of its own. Sizes are written 30MB, 1MiB or in \
            bytes; times 5s, 500ms or 2m.
            """)

    @OptionGroup(title: "Where it listens") var listening: ListenOptions
    @OptionGroup(title: "Who is served") var access: AccessOptions
    @OptionGroup(title: "Bodies") var bodies: BodyOptions
    @OptionGroup(title: "Memory") var memory: MemoryOptions
    @OptionGroup(title: "Tuning") var tuning: TuningOptions
    @OptionGroup(title: "Connections") var connections: ConnectionOptions
    @OptionGroup(title: "Computing") var computing: ComputeOptions
    @OptionGroup(title: "Times") var times: TimeOptions
    @OptionGroup(title: "Stopping") var stopping: StopOptions

    @Option(help: "trace, debug, info, notice, warning, error or critical. To standard error.")
    var logLevel = Logger.Level.info

    @Flag(help: "Say what would be chosen on this machine, and why; serve nothing.")
    var explain = false

    func validate() throws {
        // Of a streamed one it is only a few kernels' chunked bodies: a warning, when the server starts.
        if bodies.body == .landed, let short = memoryShortages.first {
            throw ValidationError(
                """
                --memory \(memory.memory) cannot hold one landed body of --max-body \(bodies.maxBody) \
                and the scratch beside it, \(ByteSize(bytes: short.neededBytes)) together
                """)
        }
        guard memory.memory.bytes > 0 else {
            throw ValidationError(
                "--memory 0 leaves nothing for the means of a body's rows, which streamed bodies need, too")
        }
        if listening.unix != nil { try tuning.checkSuitsUnix() }
        try tuning.checkFollows(reactors: threads)
    }

    private var threads: Int {
        connections.threads ?? Limits.usualReactors
    }

    /// The kernels whose largest body the memory can never hold, the one that is taken unasked first.
    private var memoryShortages: [MemoryShortage] {
        var limits = Limits()
        bodies.set(&limits)
        memory.set(&limits)
        return bodies.routes.memoryShortages(within: limits)
    }

    func run() throws {
        let inherited: Int32?
        do { inherited = try HandedOverSocket.take() } catch {
            StandardError.write("sluice: \(error)\n")
            throw ExitCode.failure
        }
        if inherited != nil { try listening.checkNamesNoAddress() }
        let level = logLevel
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = level
            return handler
        }
        let logger = Logger(label: "sluice")
        var limits = Limits()
        bodies.set(&limits)
        memory.set(&limits)
        tuning.set(&limits)
        computing.set(&limits)
        times.set(&limits)
        stopping.set(&limits)
        connections.set(&limits, threads: threads, logger)
        // What would be chosen needs no ring and no secret.
        guard !explain else {
            return choices(limits, threads: threads, at: listening.address).forEach { print($0) }
        }
        let token = try access.token()
        try checkRing()
        var routes = bodies.routes
        routes.allowedOrigins = access.allowOrigin
        let server: Server
        do {
            server = try Server(
                routes: routes,
                listen: inherited.map { .inherited(descriptor: $0) } ?? listening.address,
                threads: threads, limits: limits, token: token, logger: logger)
        } catch {
            StandardError.write("sluice: \(error)\n")
            // One could be had a moment ago: it is this one, or so many.
            if case .ring(let trouble) = error, let cure = RingTrouble(trouble).cure {
                StandardError.write("sluice: → \(cure)\n")
            }
            throw ExitCode.failure
        }
        // Where a socket that was handed over listens is known only now; nobody is accepted yet.
        if inherited != nil {
            switch server.address {
            case .tcp(let host, _): try listening.checkIsAllowed(host)
            default: try tuning.checkSuitsUnix()
            }
        }
        log(logger, choices(limits, threads: threads, at: server.address), server, token)
        warn(logger, server, token)
        // The socket listens already: whoever reads this line can connect.
        print("sluice: listening on \(server.address) (\(threads) threads, \(bodies.body.rawValue) bodies)")
        fflush(nil)
        runUntilStopped(server, logger)
    }

    private func choices(_ limits: Limits, threads: Int, at address: ListenAddress) -> [Choice] {
        Choice.all(limits, tuning, connections, threads: threads, isUnix: address.isUnix)
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
        Task {
            do {
                try await server.run()
                if StandardError.takesALine { logger.info("stopped") }
                Glibc.exit(EXIT_SUCCESS)
            } catch {
                StandardError.write("sluice: \(error)\n")
                Glibc.exit(EXIT_FAILURE)
            }
        }
        // Nothing is said that is not taken at once: this thread must do as it is told, and be back for the next signal.
        let signal = StopSignals.next { access.renewToken(of: server, logger) }
        if StandardError.takesALine { logger.info("stopping", metadata: ["signal": "\(signal)"]) }
        server.stop()
        let second = StopSignals.next { access.renewToken(of: server, logger) }
        if StandardError.takesALine { StandardError.write("sluice: second signal, ending at once\n") }
        _exit(128 + second)
    }

    private func log(_ logger: Logger, _ choices: [Choice], _ server: Server, _ token: BearerToken?) {
        var chosen: Logger.Metadata = [
            "address": "\(server.address)", "body": "\(bodies.body.rawValue)", "columns": "\(bodies.columns)",
            "token": token == nil ? "none" : "asked for",
            "max-body": "\(bodies.maxBody)", "memory": "\(memory.memory)",
            "ring-flags-refused": "\(server.refusedRingFlags.joined(separator: " "))",
        ]
        for choice in choices { chosen[choice.setting] = "\(choice.value)" }
        logger.info("configured; --explain says why", metadata: chosen)
    }

    /// Of what is allowed and may not be meant.
    private func warn(_ logger: Logger, _ server: Server, _ token: BearerToken?) {
        if case .tcp(let host, _) = server.address, !LoopbackAddress.isLoopback(host), token == nil {
            logger.warning("anyone who reaches this address is served: --token-file would ask for a token")
        }
        let short = memoryShortages
        guard let most = short.map(\.neededBytes).max() else { return }
        logger.warning(
            "chunked bodies of some kernels are refused: --memory cannot hold one of --max-body",
            metadata: [
                "kernels": "\(short.map(\.kernel).joined(separator: " "))",
                "needed": "\(ByteSize(bytes: most))",
            ])
    }
}
