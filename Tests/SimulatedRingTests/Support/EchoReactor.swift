import Glibc
import Uring

/// The smallest server that survives every fault: it sends back what it receives.
///
/// It is what the simulated ring is tested with, and, since it runs on any ring, what shows that the
/// simulated and the real one agree.
@safe
final class EchoReactor<R: RingProtocol & ~Copyable> {
    enum Kind: UInt64 { case accept = 1, receive, send, close, wake }

    final class Connection {
        let socket: Socket
        let slot: Int
        var isReceiving = false
        var isSending = false
        var isClosing = false
        /// The buffer that waits to be sent, and which part of it.
        var buffer: UInt16?
        var unsent: Range<Int> = 0..<0
        var hasEnded = false

        init(socket: Socket, slot: Int) {
            self.socket = socket
            self.slot = slot
        }
    }

    let ring: R
    let listener: Socket?
    let group = BufferGroup(id: 0)
    let bufferSize: Int
    let bufferCount: Int
    private let memory: UnsafeMutableRawBufferPointer
    private(set) var connections: [Connection?] = []
    private var generation: UInt64 = 0
    private var generations: [UInt64] = []
    private var buffersHeld = 0
    private var isAccepting = false
    private var isAwaitingWake = false
    private(set) var turns = 0
    /// Sockets that others have handed over, and whom to hand every second one to.
    var inbox: [Socket] = []
    var neighbour: EchoReactor<R>?
    private var givesAway = false

    init(_ ring: consuming R, listener: Socket?, bufferSize: Int = 512, bufferCount: Int = 3) throws {
        unsafe memory = .allocate(byteCount: bufferSize * bufferCount, alignment: 64)
        try unsafe ring.register(
            group, base: memory.baseAddress!, size: bufferSize, count: bufferCount)
        try ring.enable()
        self.ring = ring
        self.listener = listener
        self.bufferSize = bufferSize
        self.bufferCount = bufferCount
    }

    // The tests end with nothing in flight.
    deinit { unsafe memory.deallocate() }

    var connectionCount: Int { connections.count { $0 != nil } }

    func runTurn() throws {
        turns += 1
        for socket in inbox { adopt(socket) }
        inbox = []
        let everythingIsArmed = arm()
        try ring.submitAndWait(
            until: everythingIsArmed ? .distantFuture : ring.now.advanced(by: .milliseconds(1)))
        while let completion = ring.nextCompletion() { handle(completion) }
    }

    /// Queues what is wanting; false when something has to be tried again.
    private func arm() -> Bool {
        var isComplete = true
        if !isAwaitingWake { isAwaitingWake = ring.awaitWake(token: token(.wake, 0)) }
        if let listener, !isAccepting { isAccepting = ring.accept(on: listener, token: token(.accept, 0)) }
        isComplete = isAwaitingWake && (isAccepting || listener == nil)
        for case let connection? in connections {
            isComplete = arm(connection) && isComplete
        }
        return isComplete
    }

    private func arm(_ connection: Connection) -> Bool {
        if connection.isReceiving || connection.isSending || connection.isClosing { return true }
        if !connection.unsent.isEmpty, let buffer = connection.buffer {
            let start = Int(buffer) * bufferSize
            let range = start + connection.unsent.lowerBound..<start + connection.unsent.upperBound
            connection.isSending = unsafe ring.send(
                on: connection.socket, from: UnsafeRawBufferPointer(rebasing: memory[range]),
                token: token(.send, connection.slot))
            return connection.isSending
        }
        if connection.hasEnded {
            connection.isClosing = ring.close(connection.socket, token: token(.close, connection.slot))
            return connection.isClosing
        }
        // With every buffer held the answer would be ENOBUFS; one will come back.
        if buffersHeld == bufferCount { return true }
        connection.isReceiving = ring.receive(
            on: connection.socket, from: group, limit: bufferSize, token: token(.receive, connection.slot))
        return connection.isReceiving
    }

    private func token(_ kind: Kind, _ slot: Int) -> UInt64 {
        let generation = kind == .accept || kind == .wake ? 0 : generations[slot]
        return generation << 32 | UInt64(slot) << 8 | kind.rawValue
    }

    private func handle(_ completion: Completion) {
        let slot = Int(completion.token >> 8 & 0xFF_FFFF)
        switch Kind(rawValue: completion.token & 0xFF) {
        case .accept:
            isAccepting = completion.hasMore
            if completion.result >= 0 { welcome(Socket(descriptor: completion.result)) }
        case .wake: isAwaitingWake = false
        case .receive: received(completion, connections[slot]!)
        case .send: sent(completion, connections[slot]!)
        case .close: connections[slot] = nil
        case nil: fatalError("a completion of nobody")
        }
    }

    private func welcome(_ socket: Socket) {
        givesAway.toggle()
        guard givesAway, let neighbour else { return adopt(socket) }
        neighbour.inbox.append(socket)
        neighbour.ring.waker.wake()
    }

    private func adopt(_ socket: Socket) {
        generation += 1
        let slot = connections.firstIndex { $0 == nil } ?? connections.count
        if slot == connections.count {
            connections.append(nil)
            generations.append(0)
        }
        generations[slot] = generation
        connections[slot] = Connection(socket: socket, slot: slot)
    }

    private func received(_ completion: Completion, _ connection: Connection) {
        connection.isReceiving = false
        if let buffer = completion.bufferID {
            buffersHeld += 1
            connection.buffer = buffer
        }
        if completion.result > 0 {
            connection.unsent = 0..<Int(completion.result)
            return
        }
        giveBack(connection)
        switch completion.errorNumber.map(ReceiveOperation.disposition) {
        case nil, .peer?: connection.hasEnded = true
        case .bug?: fatalError("receive: \(completion.result)")
        case .retry?, .resource?, .cancelled?: break
        }
    }

    private func sent(_ completion: Completion, _ connection: Connection) {
        connection.isSending = false
        if completion.result > 0 {
            connection.unsent.removeFirst(Int(completion.result))
        } else {
            switch completion.errorNumber.map(SendOperation.disposition) {
            case nil, .peer?:
                connection.hasEnded = true
                connection.unsent = 0..<0
            case .bug?: fatalError("send: \(completion.result)")
            case .retry?, .resource?, .cancelled?: break
            }
        }
        if connection.unsent.isEmpty { giveBack(connection) }
    }

    private func giveBack(_ connection: Connection) {
        guard let buffer = connection.buffer else { return }
        ring.provide(buffer, to: group)
        buffersHeld -= 1
        connection.buffer = nil
    }
}
