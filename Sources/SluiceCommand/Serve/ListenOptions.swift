internal import ArgumentParser
internal import Sluice

/// Where the server listens, and who may reach it there.
struct ListenOptions: ParsableArguments {
    @Option(help: "The address to listen on.")
    var host = "127.0.0.1"

    @Option(help: "The port; 0 picks a free one and prints it.")
    var port: UInt16 = 8080

    @Option(help: "Listen on a Unix socket at this path instead.")
    var unix: String?

    @Flag(help: "Allow an address that other machines can reach. See --token-file.")
    var allowRemote = false

    func validate() throws {
        if isOpenToOthers, !allowRemote {
            throw ValidationError(
                "\(host) can be reached from other machines; say --allow-remote if that is meant")
        }
    }

    /// Whether other machines can reach it.
    var isOpenToOthers: Bool { unix == nil && !LoopbackAddress.isLoopback(host) }

    var address: ListenAddress {
        unix.map { .unix(path: $0) } ?? .tcp(host: host, port: port)
    }
}
