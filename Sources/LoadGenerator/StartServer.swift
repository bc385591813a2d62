/// Starts a server that says where it listens, as `… http://127.0.0.1:PORT …`, in its first line.
///
/// - Parameter environment: variables added to this process's own.
/// - Throws: ``SystemError`` when it does not start, ``ServerSilence`` when it does not say that line.
public func startServer(
    _ executable: String, _ arguments: [String], environment: [String: String] = [:]
) throws -> (ChildProcess, Endpoint) {
    let child = try ChildProcess(executable: executable, arguments: arguments, environment: environment)
    let line = child.line(within: .seconds(60))
    guard let line, let endpoint = Endpoint(announcedBy: line) else {
        child.stop(within: .seconds(1))
        throw ServerSilence(
            command: ([executable] + arguments).joined(separator: " "), line: line, errors: child.errors)
    }
    return (child, endpoint)
}

/// A server was started and did not say where it listens.
public struct ServerSilence: Error, CustomStringConvertible {
    /// How it was started.
    let command: String
    /// What it said instead.
    let line: String?
    /// What it wrote to its standard error.
    let errors: String

    /// In words for the user.
    public var description: String {
        let said = line.map { "It said: \($0)\n" } ?? ""
        return "the server did not say where it listens: \(command)\n\(said)\(errors)"
    }
}

extension Endpoint {
    /// Finds `http://127.0.0.1:PORT` in what a server says when it is ready.
    public init?(announcedBy line: String) {
        let scheme = "http://"
        guard let word = line.split(separator: " ").first(where: { $0.hasPrefix(scheme) }) else { return nil }
        let authority = word.dropFirst(scheme.count).prefix { $0 != "/" }
        let parts = authority.split(separator: ":")
        guard parts.count == 2, let port = UInt16(parts[1].prefix { $0.isNumber }) else { return nil }
        self.init(host: String(parts[0]), port: port)
    }
}
