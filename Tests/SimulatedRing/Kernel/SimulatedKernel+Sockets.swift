internal import Uring

/// What takes effect at once, and closing.
extension SimulatedKernel {
    func setLowWaterMark(of socket: Socket, to bytes: Int) {
        guard let found = openSocket(socket) else { return }
        found.lowWaterMark = max(bytes, 1)
        if found.receiveBuffer == nil { found.grownBuffer = max(found.grownBuffer, bytes) }
        record(.lowWaterMark, UInt64(socket.descriptor.magnitude), bytes)
        // An armed receive sees the change; one that has happened is past it.
        if !found.armedReceives.isEmpty { checkLowWaterMark(of: found) }
        pumpOutbound(of: found.client)
        progressReceives(found)
    }

    /// What has arrived stays, also where there is no more room for as much.
    func setReceiveBuffer(of socket: Socket, to bytes: Int?) {
        guard let found = openSocket(socket) else { return }
        // What Linux may choose again grows from what it is.
        if bytes == nil, let set = found.receiveBuffer { found.grownBuffer = set }
        found.receiveBuffer = bytes.map { max($0, 1) }
        record(.receiveBuffer, UInt64(socket.descriptor.magnitude), bytes ?? 0)
        pumpOutbound(of: found.client)
    }

    func boundReceiveWindow(of socket: Socket, to bytes: Int) {
        guard openSocket(socket) != nil else { return }
        record(.receiveWindow, UInt64(socket.descriptor.magnitude), bytes)
    }

    func keepReceiveBuffer(of socket: Socket) {
        guard let found = openSocket(socket) else { return }
        found.receiveBuffer = capacity(of: found)
    }

    func receiveMemory(of socket: Socket) -> ReceiveMemory? {
        openSocket(socket).map {
            ReceiveMemory(held: $0.incoming.count + $0.inTransit, most: capacity(of: $0))
        }
    }

    /// There and back once, were nothing delayed.
    func roundTripTime(of socket: Socket) -> Duration? {
        openSocket(socket).map { $0.client.latency * 2 }
    }

    func incomingCPU(of socket: Socket) -> Int? {
        guard let client = openSocket(socket)?.client else { return nil }
        if chance(faults.migration) { client.cpu = generator.number(in: 0...cpuCount - 1) }
        return client.cpu
    }

    func move(_ ring: RingState, to cpu: Int) -> ThreadMove {
        guard (0..<cpuCount).contains(cpu) else { return .notAllowed }
        if let moveErrorNumber { return .refused(errorNumber: moveErrorNumber) }
        record(.moved, ring: ring, UInt64(cpu))
        ring.cpu = chance(faults.migration) ? generator.number(in: 0...cpuCount - 1) : cpu
        now = now.advanced(by: moveTime)
        return .done
    }

    func checkLowWaterMark(of socket: SimulatedSocket) {
        guard socket.lowWaterMark > 1, !socket.sawEnd, !socket.isReset,
            let toCome = socket.client.bytesToCome(after: socket.consumed), socket.lowWaterMark > toCome
        else { return }
        violate(
            .lowWaterMarkTooHigh,
            "descriptor \(socket.descriptor ?? -1): \(socket.lowWaterMark) bytes awaited, \(toCome) to come")
    }

    /// What has been sent to it and not been received; 0 where there is no such socket.
    package func heldByteCount(of descriptor: Int32) -> Int {
        receiveMemory(of: Socket(descriptor: descriptor))?.held ?? 0
    }

    func unreadByteCount(of socket: Socket) -> Int { openSocket(socket)?.incoming.count ?? 0 }

    func unsentByteCount(of socket: Socket) -> Int { openSocket(socket)?.outgoing.count ?? 0 }

    func resetOnClose(_ socket: Socket) { openSocket(socket)?.resetsOnClose = true }

    func shutdown(_ socket: Socket, reads: Bool) {
        record(.shutdown, UInt64(socket.descriptor.magnitude), reads ? 1 : 0)
        if case .listener(let listener)? = descriptors[socket.descriptor] { return shut(listener) }
        guard let found = openSocket(socket) else { return }
        found.writesAreShut = true
        progressSends(found)
        progressWatches(found)
        scheduleRead(of: found.client)
        if reads {
            found.readsAreShut = true
            progressReceives(found)
        }
    }

    func openSpare() -> Socket? {
        if openDescriptorCount >= descriptorLimit || chance(faults.acceptNoDescriptors) { return nil }
        let spare = Socket(descriptor: descriptors.open(.spare))
        record(.spare, UInt64(spare.descriptor.magnitude))
        return spare
    }

    /// The checks of a close, when it is asked for.
    func announceClose(of socket: Socket) {
        switch descriptors[socket.descriptor] {
        case .socket(let found)? where !found.isClosing:
            if found.receivesInFlight + found.sendsInFlight + found.watchesInFlight > 0 {
                violate(.closeInFlight, "descriptor \(socket.descriptor)")
            }
            found.isClosing = true
        case .listener(let found)? where !found.isClosing:
            if found.acceptsInFlight > 0 { violate(.closeInFlight, "listener \(socket.descriptor)") }
            found.isClosing = true
        case .spare?: break
        default: violate(.closedTwice, "descriptor \(socket.descriptor)")
        }
    }

    func performClose(_ socket: Socket) {
        record(.closed, UInt64(socket.descriptor.magnitude))
        switch descriptors[socket.descriptor] {
        case .socket(let found)?:
            found.isClosed = true
            found.descriptor = nil
            if found.incoming.isEmpty, !found.resetsOnClose {
                scheduleRead(of: found.client)
            } else {
                // As Linux does: closing on unread bytes is a reset, too, and the client may lose the answer.
                found.incoming.removeAll()
                tellReset(found.client)
            }
        case .listener(let found)?: shut(found)
        case .spare?, .outside?: break
        case nil: return
        }
        descriptors.close(socket.descriptor)
    }
}
