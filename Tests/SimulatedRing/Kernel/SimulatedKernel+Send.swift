internal import Glibc
internal import Uring

/// Sending towards the client.
extension SimulatedKernel {
    /// Lets sends go ahead that can.
    func progressSends(_ socket: SimulatedSocket) {
        while let operation = socket.armedSends.first, case .send(let memory, let checksum) = operation.kind {
            let room = socket.client.window - socket.outgoing.count
            let fails = socket.isReset || socket.writesAreShut
            guard fails || room > 0 else { return }
            socket.armedSends.removeFirst()
            if memory.checksum != checksum {
                violate(.sendMemoryAltered, "token 0x\(String(operation.token, radix: 16))")
            }
            if fails {
                // The first to hear of a reset hears ECONNRESET, the next EPIPE.
                complete(operation, socket.resetIsNews ? -ECONNRESET : -EPIPE)
                socket.resetIsNews = false
                continue
            }
            if let errorNumber = drawTransferError() {
                complete(operation, -errorNumber)
                continue
            }
            complete(operation, Int32(take(memory, of: socket, room: room)))
        }
    }

    /// A send that waits for nothing and has no completion: a system call of its own.
    /// - Returns: how many bytes were taken; 0 for an error.
    func sendNow(on socket: Socket, from memory: KernelMemory) -> Int {
        guard let found = openSocket(socket) else { return 0 }
        if memory.count == 0 { violate(.emptyOperation, "send on \(socket.descriptor)") }
        // It would go between the bytes of the other.
        if found.sendsInFlight > 0 { violate(.secondSend, "descriptor \(socket.descriptor)") }
        let count = countSentNow(memory, on: found)
        record(.sentNow, UInt64(socket.descriptor.magnitude), count)
        return count
    }

    private func countSentNow(_ memory: KernelMemory, on socket: SimulatedSocket) -> Int {
        if socket.isReset || socket.writesAreShut {
            // Whoever asked for a count has been told, and the next hears EPIPE.
            socket.resetIsNews = false
            return 0
        }
        // EINTR, EAGAIN, ENOMEM.
        if chance(faults.interruption) || chance(faults.noMemory) { return 0 }
        let room = socket.client.window - socket.outgoing.count
        return room > 0 ? take(memory, of: socket, room: room) : 0
    }

    /// - Returns: how many bytes go on their way.
    private func take(_ memory: KernelMemory, of socket: SimulatedSocket, room: Int) -> Int {
        var count = min(memory.count, room)
        if count > 1, chance(faults.shortSend) { count = generator.number(in: 1...count) }
        socket.outgoing.append(memory.read(count))
        scheduleRead(of: socket.client)
        return count
    }
}
