internal import Uring

/// How much of a body Linux may keep for a connection before we take it, and how much must be there before we are
/// woken for it. Chosen from the load: what Linux keeps counts in no process's memory, but it is memory.
///
/// A small receive buffer also keeps the bytes on their way in the processor's cache, where copying them is
/// cheap. But it is all that can be on its way in one round trip, so it is only small by choice where round trips are
/// short; and it makes a client wait for us sooner, so a client who is alone, with a core to itself, is left to Linux.
struct SocketTuning {
    /// What the buffers of one reactor may be set to together: half of what they may hold as Linux counts it, for its own
    /// bookkeeping is in there.
    let budget: Int
    /// For a near client; nil: Linux's choice for all.
    let nearBufferBytes: Int?
    /// What Linux allows: it takes more, and gives that.
    private let most: Int
    let windowBytes: Int
    /// What one wait is for, where Linux chooses the buffer and the reactor has nothing beside the body.
    private let longestWait: Int
    /// Nil: a window.
    let lowWaterMark: Int?
    /// The longest round trip of a near client.
    static let nearRoundTrip: Duration = .microseconds(500)
    /// Enough for one segment of the largest size and the next one's beginning.
    static let smallestBuffer = 64 << 10
    /// What loopback carries in one piece.
    static let largestSegment = 64 << 10
    /// How many windows one wait is for, where a reactor has nothing beside the body.
    static let windowsForAWait = 2
    /// And at most where Linux chooses the buffer. Three of 1 MiB are what most Linuxes wait for at most, half of `tcp_rmem`'s 6 MiB.
    static let mostWindowsForAWait = 3
    /// From this much of a level-2 cache on, what is waited for stays in it. Less is left behind whatever the wait, and
    /// waking up costs more.
    static let leastWaitInCache = 1 << 20
    /// Whose last body has ended so long ago is not expected to be back at once.
    static let restTime: Duration = .seconds(1)
    /// A share from here on is no limit worth a system call; whoever is left to Linux counts as much.
    static let largestBuffer = 4 << 20

    init(_ limits: Limits, reactors: Int) {
        budget = limits.socketMemoryBytes(reactors: reactors) / max(1, reactors) / 2
        most = limits.largestReceiveBuffer
        nearBufferBytes = limits.receiveBufferBytes.map { [most] in min($0, most) }
        windowBytes = limits.windowBytes
        longestWait = Self.longestWait(
            windowBytes: limits.windowBytes, level2CacheBytes: limits.level2CacheBytes)
        lowWaterMark = limits.lowWaterMark
    }

    /// What one wait is for at most, where Linux chooses the buffer: as many windows as pay for it, and where the sender's cache can
    /// hold what waits, no more than it does. What has left it the sender writes again from afar, for Linux reuses those pages.
    /// - Parameter level2CacheBytes: 0 where it is not known. Half of it and a little: the sender's core reads as much as
    ///   it writes.
    static func longestWait(windowBytes: Int, level2CacheBytes: Int) -> Int {
        let windows = mostWindowsForAWait * windowBytes
        let inCache = level2CacheBytes / 8 * 5
        return inCache < leastWaitInCache ? windows : min(windows, max(windowBytes, inCache))
    }

    /// The bodies in flight of a reactor.
    struct Load {
        var bodies: Int
        /// Of them, those of fast clients.
        var fast = 0
        /// Whether the body in question is the server's only one, or its only fast one.
        var isAlone = false
    }

    /// A body that a buffer is chosen for.
    struct Client {
        var isNear: Bool
        var isFast = false
    }

    /// What to set `SO_RCVBUF` to; nil: leave it to Linux.
    /// - Parameter current: what it is set to.
    func receiveBuffer(for client: Client, in load: Load, now current: Int? = nil) -> Int? {
        let share = Self.step(share(for: client, in: load))
        if client.isNear, !load.isAlone, let nearBufferBytes { return min(share, nearBufferBytes) }
        guard share >= Self.largestBuffer else { return min(share, most) }
        // Who is alone now and then, between the bodies of others, keeps what it has among them: to give it back to Linux and take
        // it again would cost system calls with each body. Less is what a crowd has left behind, or would hold somebody far away
        // back.
        let enough = client.isNear ? mostOfFast : max(mostOfFast, Self.largestBuffer / 2)
        if let current, current >= enough { return current }
        return nil
    }

    /// What is granted of such a choice while so much is free; as much as the choice, a power of two less, or the smallest.
    /// - Parameter bytes: what it counts.
    func affordable(_ choice: Int?, counting bytes: Int, free: Int) -> Int? {
        bytes <= free ? choice : min(choice ?? .max, Self.step(free), most)
    }

    // MARK: Crowds

    /// Whether so many connections that have large bodies are more than a reactor has buffers of a fast client's size for: some would have theirs
    /// taken while they have no body.
    func isCrowd(of uploaders: Int) -> Bool { uploaders > budget / mostOfFast }

    /// What somebody in a crowd is lent for a body, instead of a choice: a third of it at most, so that the window opens and closes
    /// within it.
    /// - Parameter rest: how much of the body must still come.
    func loan(insteadOf choice: Int?, rest: Int) -> Int {
        min(choice ?? .max, Self.step(rest / 3), nearBufferBytes ?? allowed(Self.largestBuffer / 2))
    }

    /// How much of a body may be received with such a buffer before its window is closed: with as much, what the client has been allowed,
    /// twice the buffer, ends ``closedWindow`` behind the body.
    /// - Parameter allowed: what it may send at most already.
    func receivableBeforeClosing(_ buffer: Int, allowed: Int, rest: Int) -> Int {
        allowed > rest + Self.closedWindow ? 0 : max(0, rest - 2 * buffer + Self.closedWindow)
    }

    /// Less than that is not received alone before the window is closed.
    static let leastBeforeClosing = smallestBuffer
    /// What a client may send after a body that it was lent a buffer for. The smallest buffer takes it: Linux allows twice a buffer. And no less than
    /// two of loopback's segments, for a client that has not the room for one left waits, and Linux tells it of more
    /// only when that is twice what it had: with less some bodies take 40 ms.
    static let closedWindow = 2 * largestSegment

    /// A buffer of so many bytes, or as much of it as Linux allows.
    func allowed(_ bytes: Int) -> Int { min(bytes, most) }

    /// What a choice counts against the budget.
    static func counted(_ choice: Int?) -> Int { choice ?? largestBuffer }

    /// How much to wait for, at most, with such a receive buffer: no more than fits it with its bookkeeping.
    func lowWaterMark(receiveBuffer: Int?) -> Int {
        min(lowWaterMark ?? windowBytes, windowBytes, receiveBuffer ?? .max)
    }

    /// The same for a body that its reactor has nothing beside just now, so that it takes what is there.
    ///
    /// It does not wait until the buffer is full: a client that has filled it sleeps, and what it sends when there is
    /// room again, Linux sends in our thread; one who is still at it does that itself. Two windows for one wait, or three (see
    /// ``longestWait(windowBytes:level2CacheBytes:)``): to be woken costs more than the bytes lose by it, and each is still reduced as soon as it is received. And at the body's
    /// ends it waits for a quarter of one: to begin early, and to be done soon after the last byte has come. A body that is
    /// no more than one such wait has no middle to be slept through: what is there is taken.
    /// - Parameters:
    ///   - arrived: how much of the body is here.
    ///   - rest: how much must still come.
    func lowWaterMark(receiveBuffer: Int?, arrived: Int, rest: Int) -> Int {
        guard lowWaterMark == nil else { return lowWaterMark(receiveBuffer: receiveBuffer) }
        let buffer = receiveBuffer ?? .max
        let isRoomy = buffer > 4 * Self.largestSegment
        let most = isRoomy ? buffer - Self.largestSegment : buffer
        let window = min(windowBytes, most)
        if rest <= Self.windowsForAWait * windowBytes - arrived { return 1 }
        guard arrived >= window, rest >= window else { return max(1, window / 4) }
        let wait = receiveBuffer == nil ? longestWait : Self.windowsForAWait * windowBytes
        return max(window, min(most, wait, rest - window))
    }

    /// Whether a client with such a buffer is received for many windows on end: one whom a crowd has left so little that it sleeps with every
    /// piece is not worth waiting for.
    func givesTurns(receiveBuffer: Int?) -> Bool { receiveBuffer ?? .max >= min(mostOfFast, windowBytes) }

    // MARK: Shares

    /// What the fast may have above an equal share.
    private var mostOfFast: Int { nearBufferBytes ?? Self.largestBuffer }

    /// All have the same until that is less than a near client's buffer. From there on the fast may have that much, as
    /// long as the slow keep the smallest, and the slow share what is left.
    private func share(for client: Client, in load: Load) -> Int {
        let equal = budget / max(1, load.bodies)
        let slow = load.bodies - load.fast
        let aboveSmallest = budget - slow * Self.smallestBuffer
        if client.isFast, load.isAlone { return max(equal, aboveSmallest) }
        guard equal < mostOfFast else { return equal }
        let fast = max(equal, min(mostOfFast, aboveSmallest / max(1, load.fast)))
        return client.isFast ? fast : min(equal, (budget - load.fast * Self.step(fast)) / max(1, slow))
    }

    /// In powers of two, so that a body more or less seldom changes anything.
    private static func step(_ share: Int) -> Int {
        share <= smallestBuffer ? smallestBuffer : 1 << (Int.bitWidth - 1 - share.leadingZeroBitCount)
    }
}

extension RingProtocol where Self: ~Copyable {
    /// Whether the client is so near that a small buffer holds all that can be on its way.
    func isNear(_ socket: Socket) -> Bool {
        guard let roundTrip = roundTripTime(of: socket) else { return false }
        return roundTrip <= SocketTuning.nearRoundTrip
    }
}
