internal import LoadGenerator

/// The server that is soaked: the `sluice` beside this program.
final class SoakServer {
    let child: ChildProcess
    let endpoint: Endpoint
    let arguments: [String]
    /// Large pieces that the memory budget holds at once: one for each client that may have one, and some over.
    static let largePieces = ClientKind.allCases.reduce(0) { $0 + $1.largeLeases } + 4

    /// Landed bodies may have scratch beside them, which is less than a run of 2 MiB more.
    static let budgetBytes = largePieces * (Payloads.maxBodyBytes + (2 << 20))

    init(_ settings: SoakSettings) throws {
        let executable = try ownFolder() + "/sluice"
        guard isExecutable(executable) else {
            throw SoakError(
                """
                there is no sluice beside this program (\(executable)).
                Build it: swift build -c release --product sluice
                """)
        }
        arguments = [
            "serve", "--host", "127.0.0.1", "--port", "0", "--threads", "\(settings.threads)",
            "--body", settings.body.rawValue, "--max-body", "\(Payloads.maxBodyBytes)",
            "--memory", "\(Self.budgetBytes)",
        ]
        (child, endpoint) = try startServer(executable, arguments)
    }

    /// Uses the whole memory budget once: Linux gives a page when it is touched first, and what it gives after
    /// this is a leak. A chunked sum lands, whatever the server does with other bodies, and is granted the
    /// largest body; none is whole before all are under way.
    func touchBudget() throws {
        let zeros = [UInt8](repeating: 0, count: 1 << 20)
        let connections = try (0..<Self.budgetBytes / Payloads.maxBodyBytes).map { _ in
            try RawConnection(to: endpoint, timeout: .seconds(10))
        }
        for connection in connections {
            try connection.send(Requests.chunked("kernel=sum"))
            for _ in 0..<(Payloads.maxBodyBytes / zeros.count) {
                try connection.send(Requests.chunkHeader(zeros.count) + zeros + Requests.chunkEnd)
            }
        }
        for connection in connections {
            try connection.send(Requests.lastChunk)
            try connection.answer([0, 0, 0, 0], to: "filling the memory budget")
        }
    }

    /// Lines of its log at the level that tells of a failure of its own.
    var criticalLines: Int { child.allErrors.split(separator: "\n").count { $0.contains(" critical ") } }
}

/// Why there can be no soak, in words for the user.
struct SoakError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
