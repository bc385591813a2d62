internal import ArgumentParser
internal import Sluice

/// Where the server listens, and who may reach it there.
struct ListenOptions: ParsableArguments {
    @Option(help: "The address to listen on. (default: 127.0.0.1)")
    var host: String?

    @Option(help: "The port; 0 picks a free one and prints it. (default: 8080)")
    var port: UInt16?

    @Option(help: "Listen on a Unix socket at this path instead.")
    var unix: String?

    @Flag(help: "Allow an address that other machines can reach. See --token-file.")
    var allowRemote = false

    func validate() throws {
        if unix != nil, host != nil || port != nil {
            throw ValidationError("--unix is listened on instead: --host and --port say another address")
        }
        if case .tcp(let host, _) = address { try checkIsAllowed(host) }
    }

    /// Unless a socket is handed over.
    var address: ListenAddress {
        unix.map { .unix(path: $0) } ?? .tcp(host: host ?? "127.0.0.1", port: port ?? 8080)
    }

    /// A socket that was handed over listens where it listens: another address would be ignored.
    func checkNamesNoAddress() throws {
        if host != nil || port != nil || unix != nil {
            throw ValidationError(
                "a listening socket was handed over (LISTEN_FDS): --host, --port and --unix say another")
        }
    }

    func checkIsAllowed(_ host: String) throws {
        if !allowRemote, !LoopbackAddress.isLoopback(host) {
            throw ValidationError(
                "\(host) can be reached from other machines; say --allow-remote if that is meant")
        }
    }
}

extension ListenAddress {
    var isUnix: Bool { if case .unix = self { true } else { false } }
}
