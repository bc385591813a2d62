/// What a client sends, to whom, and how.
public struct LoadPlan: Sendable {
    /// The server.
    public var endpoint: Endpoint
    /// The value of the `Host` field.
    public var host: String
    /// The request's method.
    public var method = "POST"
    /// The request target: a path, and a query if there is one.
    public var target: String
    /// Further fields, each a line of the head: `Authorization: Bearer …`.
    public var fields: [String]
    /// Who the server is told we are.
    public var userAgent = "ingest-bench"
    /// The body of each request.
    public var body: RequestBody
    /// The body's media type.
    public var contentType = "application/octet-stream"
    /// What each answer must be.
    public var expectedAnswer: ExpectedAnswer
    /// Whether each request has a connection of its own, which ends with its answer.
    public var opensAnew = false
    /// The largest answer, with its head, that there is room for.
    public var largestAnswer = 4096
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
        /// `write`, as a client program would, with pieces of 1 MiB at most where it blocks.
        case write
        /// `sendfile` from a memory file: cheaper for the sender, and the receiver reads colder memory.
        case sendfile
    }

    /// A plan with one connection that writes.
    public init(
        endpoint: Endpoint, host: String? = nil, target: String, fields: [String] = [], body: RequestBody,
        expectedAnswer: ExpectedAnswer, connections: Int = 1, sender: Sender = .write,
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
        var lines = ["\(method) \(target) HTTP/1.1", "Host: \(host)", "User-Agent: \(userAgent)"]
        // A GET without a body has no length either (RFC 9110, section 8.6).
        if method != "GET" || body.byteCount > 0 {
            lines += ["Content-Type: \(contentType)", "Content-Length: \(body.byteCount)"]
        }
        if opensAnew { lines.append("Connection: close") }
        return Array((lines + fields + ["", ""]).joined(separator: "\r\n").utf8)
    }
}

/// What an answer must be to be right.
public enum ExpectedAnswer: Sendable {
    /// These bytes.
    case bytes([UInt8])
    /// Whatever this accepts: what may differ in its last digit from one server to another.
    case accepted(@Sendable (ArraySlice<UInt8>) -> Bool)

    func accepts(_ answer: ArraySlice<UInt8>) -> Bool {
        switch self {
        case .bytes(let bytes): answer == bytes[...]
        case .accepted(let isRight): isRight(answer)
        }
    }
}

/// How long a run goes on.
public enum LoadExtent: Sendable {
    /// No request but the first begins after this time. Those under way are finished and counted.
    case duration(Duration)
    /// So many requests in all, over all connections.
    case requests(Int)
}
