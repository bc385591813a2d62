internal import ArgumentParser
internal import Glibc
internal import Logging
internal import ServiceLifecycle
internal import Sluice
internal import TextTagger
internal import UnixSignals

/// One small service on Sluice with a route for each way in which a service spends its time.
@main
struct ServiceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "service",
        abstract: "The service that bench/compare measures, and the slow one that it calls.",
        subcommands: [Serve.self, Slow.self])
}

/// `service serve`: the routes of `bench/peers/README.md`.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Serve the routes that are compared.")

    @Option(help: "On 127.0.0.1; 0: one that is free.")
    var port: UInt16 = 8080

    @Option(help: "Reactors, one thread each.")
    var threads = 1

    @Option(help: "Threads for handlers that compute or block.")
    var computeThreads = 1

    @Option(help: "How many requests may wait for one of them.")
    var computeQueue = 1024

    @Option(help: "Where the slow service listens that /fanout calls.")
    var slowPort: UInt16 = 8081

    @Flag(help: "Hand the whole body of /predict to a handler, instead of reducing it while it is read.")
    var landed = false

    @Option(help: "The folder of the text work's tables.")
    var textData = "bench/peers/text"

    func run() async throws {
        var limits = Limits()
        limits.computeThreads = computeThreads
        limits.computeQueue = computeQueue
        // Where only texts are landed, tensors are streamed, and need no memory to be long.
        limits.memoryBytes = landed ? Self.longestLanded : limits.maxBodyBytes
        limits.maxBodyBytes = landed ? Self.longestLanded : 1 << 30
        // Who waits for the pool behind a thousand others is served, too.
        limits.handlerTimeout = .seconds(120)
        let routes = Routes.compared(
            tagger: try TextTagger(dataFolder: textData), paragraph: try Self.paragraph(in: textData),
            slow: SlowClient(port: slowPort), predict: landed ? .landed : .streamed)
        try await serve(routes, port: port, threads: threads, limits: limits)
    }

    /// Room for one body of the longest that is compared.
    private static let longestLanded = 256 << 20

    private static func paragraph(in folder: String) throws -> String {
        let path = folder + "/paragraph.txt"
        guard let file = unsafe fopen(path, "r") else { throw ValidationError("cannot read \(path)") }
        defer { unsafe fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 64 << 10)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe fread($0.baseAddress, 1, $0.count, file) }
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}

/// `service slow`: answers `/slow` after a second, to as many as come.
struct Slow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Serve /slow, which takes a second.")

    @Option(help: "On 127.0.0.1; 0: one that is free.")
    var port: UInt16 = 8081

    func run() async throws {
        var routes = Routes()
        routes.get("/slow") { request in
            try await request.sleep(for: .seconds(1))
            return .text("slow\n")
        }
        try await serve(routes, port: port, threads: 1, limits: Limits())
    }
}

/// Until SIGTERM or SIGINT.
private func serve(_ routes: Routes, port: UInt16, threads: Int, limits: Limits) async throws {
    var logger = Logger(label: "service") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = .warning
    let server = try Server(
        routes: routes, listen: .tcp(host: "127.0.0.1", port: port), threads: threads, limits: limits,
        logger: logger)
    print("service: listening on \(server.address)")
    fflush(nil)
    let group = ServiceGroup(
        services: [server], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    try await group.run()
}
