/// A kind of client: what it does to the server, and how many of it there are at a time.
enum ClientKind: String, CaseIterable {
    case post = "posts"
    case pipelining = "pipelined posts"
    case expecting = "posts that expect 100"
    case idle = "idle, then a request"
    case idleOut = "idle for too long"
    case silent = "silent from the start"
    case breakOff = "broken off"
    case badFraming = "bad framing"
    case slowHead = "trickled heads"
    case slowBody = "trickled bodies"
    case slowLargeBody = "trickled ends of 30 MB"
    case slowChunks = "trickled chunks"
    case slowReader = "answers not taken"

    /// Whether the server must serve it, always: the others must be ended as HTTP and the limits say.
    var isGood: Bool {
        switch self {
        case .post, .pipelining, .expecting, .idle: true
        default: false
        }
    }

    /// How many at a time. Some fifty bodies: of more than 24 on each of two reactors the server gives each a smaller
    /// receive buffer, and the mix crosses that border again and again.
    var count: Int {
        switch self {
        case .post: 4
        case .pipelining: 2
        case .expecting: 1
        case .idle: 12
        case .idleOut: 2
        case .silent: 4
        case .breakOff: 4
        case .badFraming: 2
        case .slowHead: 8
        case .slowBody: 36
        case .slowLargeBody: 2
        case .slowChunks: 2
        case .slowReader: 3
        }
    }

    /// The longest that one may take from its connection to its end. None is begun that could not end in time.
    var longest: Duration {
        switch self {
        case .post, .pipelining, .expecting, .breakOff, .badFraming: .seconds(2)
        case .idle: Idleness.longest + .seconds(1)
        case .idleOut: .seconds(64)
        case .silent: .seconds(14)
        case .slowHead: .seconds(9)
        case .slowBody, .slowLargeBody, .slowChunks: .seconds(15)
        case .slowReader: .seconds(16)
        }
    }

    /// Whether one of them can begin and end in a soak of this length: not all begin in its first moment.
    func fits(in duration: Duration) -> Bool { longest + .seconds(2) <= duration }

    /// How many of them may hold a large piece of the memory budget at once: a whole body landed, or a
    /// chunked one that must be granted for the largest.
    var largeLeases: Int {
        switch self {
        case .post, .pipelining, .expecting, .breakOff, .badFraming, .slowLargeBody, .slowChunks: count
        default: 0
        }
    }
}
