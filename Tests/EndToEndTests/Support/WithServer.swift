import Glibc
import Testing

/// What must be as it was once all clients are gone.
struct Baseline: Equatable {
    var connectionsOpen: Int
    var bodiesInFlight: Int
    var headBuffersFree: Int
    var leasedBytes: Int
    /// Without the one of the connection that looks.
    var sockets: Int

    /// Seen over a connection of its own; nil if the server is too full for it.
    init?(of server: ServerProcess) throws {
        let client = try server.connect()
        let answer = try client.ask(server.metricsRequest)
        if answer.status == 503 { return nil }
        let metrics = try Metrics(answer)
        connectionsOpen = metrics["connections_open"] - 1
        bodiesInFlight = metrics["bodies_in_flight"]
        headBuffersFree = metrics["head_buffers_free"]
        leasedBytes = metrics["memory_leased_bytes"]
        sockets = server.socketCount - 1
    }
}

/// Runs a server for the time of `body`, then checks that it is as it was before, has found no mistake of its
/// own, and ends as it should.
///
/// - Parameters:
///   - arguments: beside `serve` and an address.
///   - token: what the server is to ask for.
func withServer(
    _ arguments: [String] = [], unix: Bool = false, descriptors: Int? = nil, token: String? = nil,
    sourceLocation: SourceLocation = #_sourceLocation, _ body: (ServerProcess) throws -> Void
) throws {
    let tokenFile = try token.map { try TokenFile($0) }
    let server = try ServerProcess(
        ["serve"] + (unix ? ["--unix", temporaryPath()] : ["--port", "0"]) + arguments
            + (tokenFile.map { ["--token-file", $0.path] } ?? []),
        descriptors: descriptors)
    server.token = token
    try serve(server, sourceLocation, body)
}

/// The same with the tests' own service, which has handlers of every kind.
///
/// - Parameter settings: `NAME=NUMBER`, as `HandlerService` takes them.
func withHandlerService(
    _ settings: [String] = [], sourceLocation: SourceLocation = #_sourceLocation,
    _ body: (ServerProcess) throws -> Void
) throws {
    let server = try ServerProcess(command: [ServerProcess.program("HandlerService")] + settings)
    try serve(server, sourceLocation, body)
}

private func serve(
    _ server: ServerProcess, _ sourceLocation: SourceLocation, _ body: (ServerProcess) throws -> Void
) throws {
    try server.waitUntilReady()
    let before = try #require(try Baseline(of: server), sourceLocation: sourceLocation)
    let threads = server.settledThreadNames
    try body(server)
    guard server.isRunning else {
        Issue.record("the server has ended: \(server.log)", sourceLocation: sourceLocation)
        return
    }
    var after: Baseline?
    let isBack = try eventually {
        after = try Baseline(of: server)
        return after == before
    }
    #expect(
        isBack, "not back at the baseline: \(String(describing: after)), was \(before)",
        sourceLocation: sourceLocation)
    expectSameThreads(server, threads, sourceLocation)
    let metrics = try server.metrics()
    #expect(metrics["stale_completions_total"] == 0, sourceLocation: sourceLocation)
    #expect(metrics["kernel_refusals_total"] == 0, sourceLocation: sourceLocation)
    server.signal(SIGTERM)
    #expect(try server.waitForExit() == 0, "\(server.log)", sourceLocation: sourceLocation)
    #expect(!server.log.contains(" critical "), "\(server.log)", sourceLocation: sourceLocation)
}

/// Runs a server that is expected not to start.
func refused(_ arguments: [String]) throws -> (code: Int32, log: String) {
    let server = try ServerProcess(["serve"] + arguments)
    let code = try server.waitForExit()
    return (code, server.log)
}

/// The runtime's pool may shrink, but no thread may be added, and none may be Linux's worker for a ring.
func expectSameThreads(
    _ server: ServerProcess, _ before: [String], _ sourceLocation: SourceLocation = #_sourceLocation
) {
    let threads = server.threadNames
    #expect(
        threads.count <= before.count, "\(threads), were \(before)", sourceLocation: sourceLocation)
    #expect(!threads.contains { $0.hasPrefix("iou-wrk") }, "\(threads)", sourceLocation: sourceLocation)
    #expect(
        threads.filter { $0.hasPrefix("sluice-") } == before.filter { $0.hasPrefix("sluice-") },
        sourceLocation: sourceLocation)
}

extension ServerProcess {
    /// Once all reactors run: the line that says it listens is printed while they start.
    var settledThreadNames: [String] {
        let expected = line.split(separator: "(").last?.split(separator: " ").first.flatMap { Int($0) } ?? 0
        _ = eventually { threadNames.filter { $0.hasPrefix("sluice-") }.count == expected }
        return threadNames
    }
}
