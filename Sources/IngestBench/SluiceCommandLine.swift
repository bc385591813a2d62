internal import ArgumentParser
internal import LoadGenerator
internal import Sizes

/// What is chosen of the `sluice` that is started.
struct SluiceSetUp {
    var threads: Int
    var body: BodyKind
    /// Nil: its own default.
    var windowSize: ByteSize?

    init(_ options: SharedOptions, body: BodyKind) throws {
        threads = options.threads ?? options.cores
        guard threads >= 1 else { throw ValidationError("--threads must be at least 1") }
        self.body = body
        windowSize = options.windowSize
    }
}

/// How `sluice` is found and started.
struct SluiceCommandLine {
    let setUp: SluiceSetUp
    let bodySize: Int
    let columns: Int
    let connections: Int

    // Its own defaults, left alone while the bodies and the connections fit.
    private static let maxBody = 64 << 20
    private static let memory = 512 << 20
    private static let maxConnections = 10_000
    /// Connections besides: `/metrics` is read on one of its own, and one that is closed may not be gone yet.
    private static let spareConnections = 64
    // In what its arena gives memory.
    private static let page = 4 << 10
    private static let hugePage = 2 << 20

    /// The arguments for a server that takes these bodies.
    var arguments: [String] {
        var arguments = ["serve", "--host", "127.0.0.1", "--port", "0", "--threads", "\(setUp.threads)"]
        arguments += ["--body", setUp.body.rawValue, "--max-body", "\(max(bodySize, Self.maxBody))"]
        if let windowSize = setUp.windowSize { arguments += ["--window-size", "\(windowSize.bytes)"] }
        if landedMemory > Self.memory { arguments += ["--memory", "\(landedMemory)"] }
        let needed = connections + Self.spareConnections
        if needed > Self.maxConnections { arguments += ["--max-connections", "\(needed)"] }
        return arguments
    }

    /// The memory in which a body of every connection can be landed at once: they wait for it when there is
    /// too little, which is not what is measured here. None when bodies are streamed.
    var landedMemory: Int {
        guard setUp.body == .landed else { return 0 }
        let bodies = connections * grant
        // Those in pages may leave gaps between them that are too small for another.
        return grant < Self.hugePage ? bodies + bodies / 4 : bodies
    }

    /// What the arena gives one body: its place, aligned for the scratch behind it, of four bytes a row.
    /// In pages while they are fewer than a huge one has, else in whole huge pages.
    private var grant: Int {
        let bytes = Self.rounded(bodySize, to: 64) + bodySize / 4 / columns * 4
        let inPages = Self.rounded(bytes, to: Self.page)
        return inPages < Self.hugePage ? inPages : Self.rounded(bytes, to: Self.hugePage)
    }

    private static func rounded(_ bytes: Int, to unit: Int) -> Int { (bytes + unit - 1) / unit * unit }

    /// The `sluice` beside this program.
    static func executable() throws -> String {
        let path = try ownFolder() + "/sluice"
        guard isExecutable(path) else {
            throw BenchError(
                """
                there is no sluice beside this program (\(path)).
                Build it: swift build -c release --product sluice
                Or name a server that is running: --url http://127.0.0.1:8080
                """)
        }
        return path
    }
}

extension Settings {
    /// How the server is started; nil when one runs already.
    var commandLine: SluiceCommandLine? {
        guard case .sluice(let setUp) = server else { return nil }
        return SluiceCommandLine(
            setUp: setUp, bodySize: size.bytes, columns: columns, connections: connections + slowClients)
    }
}
