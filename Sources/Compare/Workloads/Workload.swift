/// What is asked of a server in a cell.
struct Workload: Sendable, Hashable {
    /// What the requests carry.
    enum Content: Sendable, Hashable {
        case none
        /// Float32 values.
        case values(Int)
        /// A paragraph of text, in JSON.
        case text
    }

    /// How a server gets ready for what is measured.
    enum WarmUp: Sendable, Hashable {
        /// A few requests, one after the other; over the connection that is measured, where there is but one.
        case requests(Int)
        /// Every connection is opened and asked once; where each request has its own, so many requests.
        case eachConnection
        /// All that is measured, once before: connections are then open, pools filled.
        case wholeRound
    }

    let name: String
    let route: Route
    var content = Content.none
    /// Requests in all.
    let requests: Int
    /// Connections, each with one request under way. As many as requests: all at once.
    let connections: Int
    /// Whether each request has a connection of its own.
    var opensAnew = false
    var warmUp = WarmUp.requests(20)
    /// Whether servers that are done sooner than ``leastSeconds`` are asked so many times as much: a rate of some
    /// milliseconds tells of chance.
    var isStretched = false
    /// Threads or workers of the server; nil: as the comparison has them.
    var threads: Int?
    /// Whether a client asks for `/hello` at a steady pace meanwhile, and before.
    var isBesideHello = false
    /// After what time it is cut.
    let limit: Duration

    /// What a stretched workload takes at least, in seconds.
    static let leastSeconds = 1.0
    /// And how many times as much is asked at most. Of new connections fewer, for a client has 28,000 ports, and none is free
    /// again for a minute.
    var mostStretch: Int { opensAnew ? 3 : 1000 }

    /// Whether a 503 is an answer too: the server says what it has no room for.
    var allowsRefusals: Bool { route == .waitBlocking && isBesideHello }
    /// Whether every request begins at once.
    var isBurst: Bool { connections > 1 && connections == requests }
    /// The bytes of a body, where they are what costs.
    var bodyBytes: Int? {
        if case .values(let count) = content, count > 1 { 4 * count } else { nil }
    }
    /// What its panel and its ranks go by.
    var figure: Figure { isBesideHello ? .helloBeside : .requestsPerSecond }

    /// About how many seconds it takes, with a server's start and end: for the time left. Most are done early.
    var expectedSeconds: Double { 2.5 + (isBesideHello ? 1 : 0.25) * (limit / .seconds(1)) }
}
