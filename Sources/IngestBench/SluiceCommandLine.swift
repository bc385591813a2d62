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
    let connections: Int

    // Its own defaults, left alone while the bodies fit.
    private static let maxBody = 64 << 20
    private static let memory = 512 << 20
    private static let hugePage = 2 << 20

    /// The arguments for a server that takes these bodies.
    var arguments: [String] {
        var arguments = ["serve", "--host", "127.0.0.1", "--port", "0", "--threads", "\(setUp.threads)"]
        arguments += ["--body", setUp.body.rawValue, "--max-body", "\(max(bodySize, Self.maxBody))"]
        if let windowSize = setUp.windowSize { arguments += ["--window-size", "\(windowSize.bytes)"] }
        if landedMemory > Self.memory { arguments += ["--memory", "\(landedMemory)"] }
        return arguments
    }

    /// The memory in which a body of every connection can be landed at once: they wait for it when there is
    /// too little, which is not what is measured here. None when bodies are streamed.
    var landedMemory: Int {
        guard setUp.body == .landed else { return 0 }
        return connections * ((bodySize + Self.hugePage - 1) / Self.hugePage + 1) * Self.hugePage
    }

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
