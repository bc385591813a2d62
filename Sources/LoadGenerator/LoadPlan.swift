/// What a client sends, to whom, and how.
public struct LoadPlan: Sendable {
    /// The server.
    public var endpoint: Endpoint
    /// The value of the `Host` field.
    public var host: String
    /// The request target: a path, and a query if there is one.
    public var target: String
    /// Further fields, each a line of the head: `Authorization: Bearer …`.
    public var fields: [String]
    /// The body of each request.
    public var body: RequestBody
    /// What each answer must be, byte for byte.
    public var expectedAnswer: [UInt8]
    /// How many connections, each with one request under way at a time.
    public var connections: Int
    /// How the body is handed to the kernel.
    public var sender: Sender
    /// The congestion control of the senders' sockets; nil leaves the system's.
    public var congestionControl: String?
    /// `SO_SNDBUF` of the senders' sockets (Linux counts twice of it); nil leaves it to the system.
    public var sendBufferBytes: Int?
    /// How long a connection may take to open, and a request to be answered.
    public var timeout: Duration

    /// How a body is handed to the kernel.
    public enum Sender: String, Sendable, CaseIterable {
        /// One `write` of the whole body, as a client program would.
        case write
        /// `sendfile` from a memory file: cheaper for the sender, and the receiver reads colder memory.
        case sendfile
    }

    /// A plan with one connection that writes.
    public init(
        endpoint: Endpoint, host: String? = nil, target: String, fields: [String] = [], body: RequestBody,
        expectedAnswer: [UInt8], connections: Int = 1, sender: Sender = .write,
        congestionControl: String? = "cubic",
        timeout: Duration = .seconds(30)
    ) {
        self.endpoint = endpoint
        self.host = host ?? endpoint.description
        self.target = target
        self.fields = fields
        self.body = body
        self.expectedAnswer = expectedAnswer
        self.connections = connections
        self.sender = sender
        self.congestionControl = congestionControl
        self.timeout = timeout
    }

    /// The request's head, as it goes on the wire.
    var head: [UInt8] {
        let lines =
            [
                "POST \(target) HTTP/1.1", "Host: \(host)", "User-Agent: ingest-bench",
                "Content-Type: application/octet-stream", "Content-Length: \(body.byteCount)",
            ] + fields + ["", ""]
        return Array(lines.joined(separator: "\r\n").utf8)
    }
}

/// How long a run goes on.
public enum LoadExtent: Sendable {
    /// No request begins after this time. Those under way are finished and counted.
    case duration(Duration)
    /// So many requests in all, over all connections.
    case requests(Int)
}
