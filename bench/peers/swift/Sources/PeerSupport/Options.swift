import Foundation

/// `--port PORT --threads N`, and the slow service's port from the environment.
public struct Options {
    /// Where to listen, on 127.0.0.1.
    public var port = 0
    /// How many event loops.
    public var threads = 1
    /// Where the service that `/fanout` calls listens.
    public let slowPort: Int

    /// Reads them, or says how they are written and ends the process.
    public init() {
        var arguments = CommandLine.arguments.dropFirst()
        while let option = arguments.popFirst() {
            guard let value = arguments.popFirst().flatMap({ Int($0) }) else { Self.explain() }
            switch option {
            case "--port": port = value
            case "--threads": threads = value
            default: Self.explain()
            }
        }
        guard let slowPort = ProcessInfo.processInfo.environment["SLOW_PORT"].flatMap({ Int($0) }) else {
            Self.explain()
        }
        self.slowPort = slowPort
    }

    private static func explain() -> Never {
        FileHandle.standardError.write(Data("usage: SLOW_PORT=PORT peer --port PORT [--threads N]\n".utf8))
        exit(2)
    }
}
