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
            var count = min(memory.count, room)
            if count > 1, chance(faults.shortSend) { count = generator.number(in: 1...count) }
            socket.outgoing.append(memory.read(count))
            complete(operation, Int32(count))
            scheduleRead(of: socket.client)
        }
    }
}
