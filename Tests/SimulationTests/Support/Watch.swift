import Glibc
import Uring

@testable import Sluice

/// What one ring's server does with memory and descriptors.
///
/// Addresses are kept as numbers: nothing is read or written through them.
final class Watch {
    private(set) var groups: [UInt16: Range<UInt>] = [:]
    /// Memory that receives in flight may write to, by token.
    private(set) var receives: [UInt64: Range<UInt>] = [:]
    /// Connections closed without a FIN first while bytes of the client's lay there unread: in a run where no
    /// peer fails, a request that got neither an answer nor was too late.
    private(set) var abandoned: [String] = []
    /// What happened lately, to be told with them.
    var recentLines: () -> [String] = { [] }
    private var endedDescriptors: Set<Int32> = []
    /// Whose client has reset the connection: there is nobody to answer.
    private var resetConnections: Set<ConnectionID> = []

    private var closedConnections: Set<ConnectionID> = []
    /// Two connections of one slot had the same tokens: what comes late for one would reach the other.
    private(set) var hasRepeatedToken = false
    /// Responses that were sent at once, in part or as a whole, and sends that were queued.
    private(set) var sentNow = 0
    private(set) var sendsQueued = 0
    /// The low-water marks that were set, by descriptor, in their order.
    private(set) var marks: [Int32: [Int]] = [:]
    /// As they are set, by descriptor; none: the kernel's choice.
    private(set) var receiveBuffers: [Int32: Int] = [:]

    /// How often one was set.
    private(set) var buffersSet = 0

    /// Receives that took what was there, and those that waited until the socket was readable.
    private(set) var receivesAtOnce = 0
    private(set) var receivesThatWait = 0
    /// Of the first kind, those that came when nothing was there.
    private(set) var receivesOfNothing = 0

    /// How often the reactor has moved to another CPU in its turn, and when it was there.
    private(set) var movesInTurn = 0
    private(set) var lastMoveEnd = MonotonicInstant(nanoseconds: 0)

    private var sabotage: Sabotage?
    private var chances = 0
    private var inventions: [Completion] = []
    private var heldBack: UInt16?
    private var headsLent: Set<UInt16> = []
    /// Whether the sabotage has been done: a run that never came to it proves nothing.
    private(set) var isSabotaged = false

    init(_ sabotage: Sabotage?) { self.sabotage = sabotage }

    @unsafe
    func registered(_ group: BufferGroup, _ memory: UnsafeMutableRawBufferPointer) {
        groups[group.id] = unsafe addresses(of: UnsafeRawBufferPointer(memory))
    }

    @unsafe
    func queued(
        _ token: UInt64, into memory: UnsafeMutableRawBufferPointer, _ start: ReceiveStart, unread: Int
    ) {
        receives[token] = unsafe addresses(of: UnsafeRawBufferPointer(memory))
        queuedReceive(token, start, unread: unread)
    }

    func queuedReceive(_ token: UInt64, _ start: ReceiveStart, unread: Int) {
        switch start {
        case .atOnce:
            receivesAtOnce += 1
            if unread == 0 { receivesOfNothing += 1 }
        case .whenReadable: receivesThatWait += 1
        }
        if strikes(.inFlightOffByOne) {
            inventions.append(Completion(token: token, result: -ECANCELED))
        }
    }

    /// FIN is sent. To one that was idle only if nothing of a request has come.
    func saidGoodbye(_ socket: Socket, unread: Int, at time: MonotonicInstant) {
        if unread > 0, isIdle(socket) { noteAbandoned(socket, unread, time) }
        endedDescriptors.insert(socket.descriptor)
    }

    func closed(_ socket: Socket, _ token: Token, unread: Int, at time: MonotonicInstant) {
        if !closedConnections.insert(token.connection).inserted { hasRepeatedToken = true }
        receiveBuffers[socket.descriptor] = nil
        let wasReset = resetConnections.remove(token.connection) != nil
        guard endedDescriptors.remove(socket.descriptor) == nil, !wasReset, unread > 0 else { return }
        noteAbandoned(socket, unread, time)
    }

    private func noteAbandoned(_ socket: Socket, _ unread: Int, _ time: MonotonicInstant) {
        abandoned.append(
            "\(Double(time.nanoseconds) / 1e6) ms: descriptor \(socket.descriptor) closed on \(unread) unread bytes\n"
                + recentLines().joined(separator: "\n"))
    }

    /// - Returns: what the server is told; nil if it is not told.
    func taken(_ completion: Completion) -> Completion? {
        if !completion.hasMore { receives[completion.token] = nil }
        let token = Token(rawValue: completion.token)
        let isResetSeen =
            token.operation == .watch && completion.result > 0 && completion.result & Int32(POLLERR) != 0
        if isResetSeen || completion.errorNumber == ECONNRESET || completion.errorNumber == EPIPE {
            resetConnections.insert(token.connection)
        }
        if completion.result > 0,
            completion.bufferID != nil || token.operation == .receive
        {
            if strikes(.completionLost) { return nil }
            if let lie = lentTwice(completion) { return lie }
            if completion.result > 1, strikes(.countOffByOne) {
                return Completion(
                    token: completion.token, result: completion.result - 1, flags: completion.flags)
            }
        }
        return completion
    }

    /// The completion with a buffer that another connection holds, once there is one.
    private func lentTwice(_ completion: Completion) -> Completion? {
        guard let buffer = completion.bufferID,
            Token(rawValue: completion.token).operation == .receiveFromHeads
        else { return nil }
        defer { headsLent.insert(buffer) }
        guard let other = headsLent.sorted().first, strikes(.headBufferLentTwice) else { return nil }
        return Completion(
            token: completion.token, result: completion.result,
            flags: Completion.flags(buffer: other, more: completion.hasMore))
    }

    func turnBegins() { movesInTurn = 0 }

    func moved(at time: MonotonicInstant) {
        movesInTurn += 1
        lastMoveEnd = time
    }

    func queuedSend() { sendsQueued += 1 }

    /// A send at once has taken so many bytes of those it was given.
    /// - Returns: how many the server is told.
    func sentNow(_ count: Int, of byteCount: Int) -> Int {
        if count > 0 { sentNow += 1 }
        if count > 0, count < byteCount, strikes(.restOfSendLost) { return byteCount }
        if count == byteCount, strikes(.sentTwice) { return 0 }
        if count > 1, count < byteCount, strikes(.sendCountOffByOne) { return count - 1 }
        return count
    }

    /// - Returns: the mark that is set in place of this one.
    func mark(_ bytes: Int, of socket: Socket) -> Int {
        marks[socket.descriptor, default: []].append(bytes)
        return bytes > 1 && strikes(.markTooHigh) ? bytes + 8 : bytes
    }

    func setBuffer(of socket: Socket, to bytes: Int?) {
        receiveBuffers[socket.descriptor] = bytes
        buffersSet += 1
    }

    func timesToClose() -> Int { strikes(.closedTwice) ? 2 : 1 }

    func inventedCompletion() -> Completion? { inventions.popLast() }

    func bufferToReleaseEarly(_ completion: Completion) -> UInt16? {
        guard completion.result > 0, let buffer = completion.bufferID, let windows = groups[1],
            !windows.isEmpty, isWindow(completion), strikes(.windowReleasedEarly)
        else { return nil }
        heldBack = buffer
        return buffer
    }

    func timesToProvide(_ buffer: UInt16, to group: BufferGroup) -> Int {
        if group.id == 0 { headsLent.remove(buffer) }
        if group.id == 1, heldBack == buffer {
            heldBack = nil
            return 0
        }
        if strikes(.bufferLost) { return 0 }
        if group.id == 1, strikes(.windowReleasedTwice) { return 2 }
        if strikes(.bufferReleasedTwice) { return 2 }
        return 1
    }

    /// Set by the stage, which knows what a token's receive was for.
    var isWindow: (Completion) -> Bool = { _ in false }

    /// Set by the stage: whether the server takes that connection for idle.
    var isIdle: (Socket) -> Bool = { _ in false }

    private func strikes(_ kind: Sabotage.Kind) -> Bool {
        guard let sabotage, sabotage.kind == kind, !isSabotaged else { return false }
        chances += 1
        guard chances > sabotage.after else { return false }
        isSabotaged = true
        return true
    }
}

/// A mistake that is made once, after it could have been made so many times.
struct Sabotage {
    enum Kind: CaseIterable {
        /// A window goes back to the kernel before its bytes were consumed.
        case windowReleasedEarly
        /// A buffer never goes back.
        case bufferLost
        /// A buffer goes back twice.
        case bufferReleasedTwice
        /// So does a window.
        case windowReleasedTwice
        /// The server believes that a receive has ended which is still in flight.
        case inFlightOffByOne
        /// A completion is overlooked.
        case completionLost
        /// One byte of a receive is overlooked.
        case countOffByOne
        /// Two connections are given one head buffer.
        case headBufferLentTwice
        /// A low-water mark is eight bytes above what must come.
        case markTooHigh
        /// A descriptor is closed twice.
        case closedTwice
        /// Of a response that was sent at once only in part, the rest is never sent.
        case restOfSendLost
        /// A response that was sent at once and as a whole is queued all the same.
        case sentTwice
        /// The rest of a response begins one byte too early.
        case sendCountOffByOne
    }

    var kind: Kind
    var after: Int
}

@unsafe
func addresses(of memory: UnsafeRawBufferPointer) -> Range<UInt> {
    let start = UInt(bitPattern: memory.baseAddress)
    return start..<start + UInt(memory.count)
}

extension Range<UInt> {
    func holds(_ other: Range<UInt>) -> Bool {
        lowerBound <= other.lowerBound && other.upperBound <= upperBound
    }
}
