/// A client for a server's own pages (`/metrics`): one GET, on a connection of its own.
public struct ControlClient: Sendable {
    private let endpoint: Endpoint
    private let timeout: Duration

    /// A client for the server that listens there.
    public init(endpoint: Endpoint, timeout: Duration = .seconds(5)) {
        self.endpoint = endpoint
        self.timeout = timeout
    }

    /// Asks for a page.
    ///
    /// - Returns: its bytes.
    /// - Throws: ``LoadFailure`` when there is no server, or no answer with status 200.
    public func get(_ target: String) throws(LoadFailure) -> [UInt8] {
        let connection = try RawConnection(to: endpoint, timeout: timeout)
        try connection.send("GET \(target) HTTP/1.1\r\nHost: \(endpoint)\r\nConnection: close\r\n\r\n")
        let answer = try connection.answer()
        guard answer.status == 200 else { throw .status(answer.status) }
        return answer.body
    }
}
