internal import LoadGenerator

/// How `sluice` is found and started.
struct SluiceCommandLine {
    let threads: Int
    let body: BodyKind
    let bodySize: Int
    let connections: Int

    // Its own defaults, left alone while the bodies fit.
    private static let maxBody = 64 << 20
    private static let memory = 512 << 20
    private static let hugePage = 2 << 20

    /// The arguments for a server that takes these bodies.
    var arguments: [String] {
        var arguments = ["serve", "--host", "127.0.0.1", "--port", "0", "--threads", "\(threads)"]
        arguments += ["--body", body.rawValue, "--max-body", "\(max(bodySize, Self.maxBody))"]
        // Landed bodies wait for memory when there is too little of it, which is not what is measured here.
        let landed = connections * ((bodySize + Self.hugePage - 1) / Self.hugePage + 1) * Self.hugePage
        if body == .landed, landed > Self.memory { arguments += ["--memory", "\(landed)"] }
        return arguments
    }

    /// The `sluice` beside this program.
    static func executable() throws -> String {
        let own = try ownExecutable()
        let path =
            own.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
            + "/sluice"
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

/// The path of this program.
func ownExecutable() throws -> String {
    guard let path = linkTarget("/proc/self/exe") else { throw BenchError("/proc/self/exe cannot be read") }
    return path
}
