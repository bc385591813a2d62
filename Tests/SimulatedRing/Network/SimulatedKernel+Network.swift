internal import Uring

/// What is on its way between a client and its socket.
extension SimulatedKernel {
    /// No piece of a stream arrives whole that is larger than this.
    private static let largestSegment = 64 * 1024

    /// A connection is there as soon as the listener has it, accepted or not.
    func arrive(_ client: SimulatedClient, at listener: Socket) {
        guard case .listener(let found)? = descriptors[listener.descriptor], !found.isShut else {
            client.wasRefused = true
            client.wasReset = true
            return finish(client, didEverything: false)
        }
        let socket = SimulatedSocket(client: client)
        sockets.append(socket)
        client.socket = socket
        found.backlog.append(socket)
        record(.connected, UInt64(client.number))
        if let told = found.armed.first, chance(faults.acceptLooksLate) {
            after(generator.duration(in: .zero...faults.longestDelay)) { kernel in
                if told.stage == .armed { kernel.progressAccepts(found) }
            }
        } else {
            progressAccepts(found)
        }
        after(client.latency) { $0.advance(client) }
    }

    /// Of a new socket.
    private static let firstReceiveBuffer = 64 << 10

    // MARK: To the server

    /// Sends what the server's window lets through.
    func pumpOutbound(of client: SimulatedClient) {
        guard let socket = client.socket, !client.outbound.isEmpty else { return }
        let capacity = capacity(of: socket)
        while !client.outbound.isEmpty {
            let room = capacity - socket.incoming.count - socket.inTransit
            if room <= 0 { return }
            let size = min(room, generator.number(in: 1...Self.largestSegment))
            let bytes = client.outbound.take(size)
            socket.inTransit += bytes.count
            inOrder(client) { $0.arrive(bytes, on: socket) }
        }
        events.schedule(at: now.nanoseconds) { $0.advance(client) }
    }

    /// What a socket takes before it is received. The kernel's choice grows with what is received, and with the mark.
    func capacity(of socket: SimulatedSocket) -> Int {
        let grown = min(receiveWindow, max(Self.firstReceiveBuffer, 2 * socket.consumed))
        return socket.receiveBuffer ?? max(grown, socket.grownBuffer)
    }

    func sendEnd(of client: SimulatedClient) {
        guard !client.hasSentEnd else { return }
        client.hasSentEnd = true
        guard let socket = client.socket else { return }
        inOrder(client) { kernel in
            kernel.record(.clientEnded, UInt64(client.number))
            socket.sawEnd = true
            kernel.progressReceives(socket)
            kernel.progressWatches(socket)
        }
    }

    func sendReset(of client: SimulatedClient) {
        client.hasSentEnd = true
        guard let socket = client.socket else { return }
        inOrder(client) { $0.reset(socket) }
    }

    /// As a fault, the connection breaks here and now.
    func breakConnection(of client: SimulatedClient) {
        client.wasBroken = true
        client.outbound.removeAll()
        client.hasSentEnd = true
        if let socket = client.socket { reset(socket) }
        finish(client, didEverything: false)
    }

    private func inOrder(_ client: SimulatedClient, _ arrival: @escaping (SimulatedKernel) -> Void) {
        client.lastArrival = max(client.lastArrival, now.advanced(by: client.latency).nanoseconds)
        events.schedule(at: client.lastArrival, arrival)
    }

    private func arrive(_ bytes: ArraySlice<UInt8>, on socket: SimulatedSocket) {
        socket.inTransit -= bytes.count
        let client = socket.client
        record(.arrived, UInt64(client.number), bytes.count)
        if socket.isReset || socket.sawEnd { return }
        if socket.isClosed { return tellReset(client) }
        if chance(faults.reset) { return breakConnection(of: client) }
        if chance(faults.earlyEnd) {
            client.wasBroken = true
            client.outbound.removeAll()
            client.hasSentEnd = true
            socket.incoming.append(bytes.prefix(generator.number(in: 0...bytes.count)))
            socket.sawEnd = true
            finish(client, didEverything: false)
        } else {
            socket.incoming.append(bytes)
        }
        progressReceives(socket)
        progressWatches(socket)
    }

    private func reset(_ socket: SimulatedSocket) {
        guard !socket.isReset, !socket.isClosed else { return }
        record(.clientReset, UInt64(socket.client.number))
        socket.isReset = true
        socket.resetIsNews = true
        socket.outgoing.removeAll()
        progressReceives(socket)
        progressSends(socket)
        progressWatches(socket)
    }

    // MARK: To the client

    /// Lets the client read, when there is something to read or an end to see.
    func scheduleRead(of client: SimulatedClient) {
        guard let socket = client.socket, !client.readIsScheduled, !client.wasReset,
            !socket.outgoing.isEmpty || (socket.endsForClient && !client.sawEnd)
        else { return }
        var delay = client.latency
        switch client.pace {
        case _ where client.isClosed: break
        case .free: break
        case .slow(_, let pause): delay = pause
        case .stopped: return
        }
        client.readIsScheduled = true
        after(delay) { $0.read(client, from: socket) }
    }

    private func read(_ client: SimulatedClient, from socket: SimulatedSocket) {
        client.readIsScheduled = false
        if client.wasReset { return }
        if client.isClosed {
            // Nobody is there to take it.
            if !socket.outgoing.isEmpty { reset(socket) }
            client.sawEnd = client.sawEnd || socket.endsForClient
            return
        }
        var limit = Int.max
        switch client.pace {
        case .free: break
        case .slow(let bytes, _): limit = max(1, bytes)
        case .stopped: return
        }
        let bytes = socket.outgoing.take(limit)
        client.received.append(contentsOf: bytes)
        record(.clientRead, UInt64(client.number), bytes.count)
        if socket.outgoing.isEmpty, socket.endsForClient { client.sawEnd = true }
        progressSends(socket)
        advance(client)
        scheduleRead(of: client)
    }

    /// The server's end is gone; what the client has not read is lost.
    func tellReset(_ client: SimulatedClient) {
        after(client.latency) { kernel in
            guard !client.isFinished, !client.wasReset else { return }
            client.wasReset = true
            client.outbound.removeAll()
            client.socket?.outgoing.removeAll()
            kernel.advance(client)
        }
    }
}
