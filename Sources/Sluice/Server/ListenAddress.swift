/// Where a server listens.
public enum ListenAddress: Sendable, Hashable, CustomStringConvertible {
    /// A host name or address, and a port; port 0 lets the system pick one.
    case tcp(host: String, port: UInt16)
    /// A Unix socket at a path.
    case unix(path: String)
    /// A descriptor that listens already, made by whoever started this process; it stays open when the server
    /// ends, for a successor.
    case inherited(descriptor: Int32)

    /// As a URL: `http://127.0.0.1:8080`, `unix:/run/sluice`.
    public var description: String {
        switch self {
        case .tcp(let host, let port):
            host.contains(":") ? "http://[\(host)]:\(port)" : "http://\(host):\(port)"
        case .unix(let path): "unix:\(path)"
        case .inherited(let descriptor): "descriptor \(descriptor)"
        }
    }
}
