public import ArgumentParser
public import LoadGenerator
internal import Terminal

/// Runs a limit server in a process of its own, so that it is measured as the server is. `ingest-bench` starts
/// itself with this.
struct ServeLimit: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "limit", abstract: "Serves as sink or discard until it is stopped.", shouldDisplay: false
    )

    @Option var kind: LimitServer.Kind
    @Option var connections: Int
    @Option var bodySize: Int

    func run() throws {
        let server = try LimitServer(kind: kind, connections: connections, bodySize: bodySize)
        printLine("\(kind.rawValue): listening on http://\(server.endpoint)")
        try server.run()
    }
}

extension LimitServer.Kind: ExpressibleByArgument {}
