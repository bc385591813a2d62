internal import Glibc
internal import Uring

/// Receiving, and the buffers of groups.
extension SimulatedKernel {
    /// "More is there": Linux sets it on receives, and a server must not stumble over it.
    private static let socketNotEmpty: UInt32 = 1 << 2

    /// Lets receives go ahead that can.
    func progressReceives(_ socket: SimulatedSocket) {
        while let operation = socket.armedReceives.first {
            let isReady =
                socket.isReadable || (!socket.incoming.isEmpty && chance(faults.earlyReadiness))
            guard isReady else { return }
            socket.armedReceives.removeFirst()
            executeReceive(operation, on: socket)
        }
    }

    func executeReceive(_ operation: Operation, on socket: SimulatedSocket) {
        if let memory = operation.receiveMemory, !memory.isPoisoned {
            violate(.receiveMemoryAltered, "token 0x\(String(operation.token, radix: 16))")
        }
        if let errorNumber = drawTransferError() {
            return complete(operation, -errorNumber, buffer: bufferWithoutData(operation))
        }
        switch operation.kind {
        case .receive(let memory):
            finishReceive(operation, on: socket, limit: memory.count) { memory.write($0) }
        case .discard(let scratch):
            finishReceive(operation, on: socket, limit: scratch.count) { bytes in
                // TCP leaves the scratch alone, a Unix socket copies.
                if self.chance(0.5) { scratch.write(bytes) }
            }
        case .receiveFrom(let group, let limit):
            receive(operation, on: socket, from: group, limit: limit)
        default: break
        }
    }

    private func receive(
        _ operation: Operation, on socket: SimulatedSocket, from group: SimulatedBufferGroup, limit: Int
    ) {
        // Linux looks for a buffer before it looks at the socket: even the end needs one.
        if group.freeCount == 0 || chance(faults.noBuffers) { return complete(operation, -ENOBUFS) }
        guard !socket.incoming.isEmpty else {
            return finishReceive(
                operation, on: socket, limit: limit, buffer: bufferWithoutData(operation)
            ) { _ in }
        }
        guard let buffer = takeBuffer(of: group) else { return }
        let memory = group.part(buffer)
        finishReceive(operation, on: socket, limit: min(limit, memory.count), buffer: buffer) {
            memory.write($0)
        }
    }

    private func finishReceive(
        _ operation: Operation, on socket: SimulatedSocket, limit: Int, buffer: UInt16? = nil,
        write: (ArraySlice<UInt8>) -> Void
    ) {
        if !socket.incoming.isEmpty {
            var count = min(limit, socket.incoming.count)
            if count > 1, chance(faults.shortReceive) { count = generator.number(in: 1...count) }
            write(socket.incoming.take(count))
            socket.consumed += count
            complete(
                operation, Int32(count), buffer: buffer,
                extraFlags: socket.incoming.isEmpty ? 0 : Self.socketNotEmpty)
            // There is room again for what the client holds back.
            pumpOutbound(of: socket.client)
        } else if socket.resetIsNews {
            socket.resetIsNews = false
            complete(operation, -ECONNRESET, buffer: buffer)
        } else {
            complete(operation, 0, buffer: buffer)
        }
    }

    /// An error that has nothing to do with the connection.
    func drawTransferError() -> Int32? {
        if chance(faults.interruption) { return chance(0.5) ? EINTR : EAGAIN }
        if chance(faults.noMemory) { return ENOMEM }
        if chance(faults.cancellation) { return ECANCELED }
        return nil
    }

    private func takeBuffer(of group: SimulatedBufferGroup) -> UInt16? {
        guard let buffer = group.takeFirst() else { return nil }
        if !group.part(buffer).isPoisoned {
            violate(.freeBufferAltered, "buffer \(buffer) of group \(group.group.id)")
        }
        return buffer
    }

    /// As a fault, a buffer that comes with an end or an error.
    func bufferWithoutData(_ operation: Operation) -> UInt16? {
        guard case .receiveFrom(let group, _) = operation.kind, group.freeCount > 0,
            chance(faults.bufferWithoutData)
        else { return nil }
        return takeBuffer(of: group)
    }

    func provide(_ buffer: UInt16, to group: BufferGroup, in ring: RingState) {
        guard let found = ring.group(group), found.owners.indices.contains(Int(buffer)) else {
            return violate(.unknownBuffer, "buffer \(buffer) of group \(group.id)")
        }
        record(.provided, ring: ring, UInt64(group.id), Int(buffer))
        switch found.owners[Int(buffer)] {
        case .server: found.takeBack(buffer)
        case .kernel: violate(.bufferProvidedTwice, "buffer \(buffer) of group \(group.id)")
        case .completion: violate(.bufferProvidedTooEarly, "buffer \(buffer) of group \(group.id)")
        }
    }
}
