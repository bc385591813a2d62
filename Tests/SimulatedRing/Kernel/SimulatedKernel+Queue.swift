internal import Glibc
internal import Uring

/// Queuing: where a server's mistakes are seen.
extension SimulatedKernel {
    /// Queues an operation; false when there is no room for it.
    func enqueue(
        _ kind: Operation.Kind, on socket: Socket? = nil, token: UInt64,
        start: ReceiveStart = .whenReadable, in ring: RingState
    ) -> Bool {
        if !ring.isEnabled { violate(.usedBeforeEnable, "operation 0x\(String(token, radix: 16))") }
        if chance(faults.submissionQueueFull) { return false }
        if ring.submissions.count >= ring.submissionEntries { submit(ring) }

        let target = socket.flatMap { openSocket($0) }
        let isRefused = socket != nil && target == nil
        let operation = Operation(
            token: token, kind: isRefused ? .refused(errorNumber: EBADF) : kind, socket: target,
            receiveStart: start, ring: ring)
        if let other = ring.operations[token], !(other.isCancel && operation.isCancel) {
            violate(.tokenReused, "0x\(String(token, radix: 16))")
        }
        check(operation)
        begin(operation)
        ring.operations[token] = operation
        ring.submissions.append(operation)
        record(.queued, ring: ring, token, Int(socket?.descriptor ?? -1))
        return true
    }

    /// The open connection behind a descriptor; nil, and a violation, if there is none.
    func openSocket(_ socket: Socket) -> SimulatedSocket? {
        if case .socket(let found)? = descriptors[socket.descriptor], !found.isClosing { return found }
        violate(.closedDescriptor, "descriptor \(socket.descriptor)")
        return nil
    }

    func openListener(_ socket: Socket) -> SimulatedListener? {
        if case .listener(let found)? = descriptors[socket.descriptor], !found.isClosing { return found }
        violate(.closedDescriptor, "listener \(socket.descriptor)")
        return nil
    }

    private func check(_ operation: Operation) {
        guard let socket = operation.socket else { return }
        let descriptor = socket.descriptor ?? -1
        if operation.isReceive {
            if socket.receivesInFlight > 0 { violate(.secondReceive, "descriptor \(descriptor)") }
            checkLowWaterMark(of: socket)
        }
        if operation.isSend, socket.sendsInFlight > 0 {
            violate(.secondSend, "descriptor \(descriptor)")
        }
        if operation.isWatch, socket.watchesInFlight > 0 { violate(.secondWatch, "descriptor \(descriptor)") }
        switch operation.kind {
        case .receive(let memory):
            checkOverlap(of: memory, descriptor)
            if memory.count == 0 { violate(.emptyOperation, "receive on \(descriptor)") }
        case .receiveFrom(_, let limit) where limit <= 0:
            violate(.emptyOperation, "receive from a group on \(descriptor)")
        case .discard(let memory) where memory.count == 0:
            violate(.emptyOperation, "discard on \(descriptor)")
        case .send(let memory, _) where memory.count == 0:
            violate(.emptyOperation, "send on \(descriptor)")
        default: break
        }
    }

    private func checkOverlap(of memory: KernelMemory, _ descriptor: Int32) {
        for other in plainReceives where other.receiveMemory?.overlaps(memory) == true {
            violate(.memoryOverlap, "descriptor \(descriptor) and \(other.socket?.descriptor ?? -1)")
        }
        for group in rings.flatMap(\.groups) where group.kernelOwnsPart(of: memory) {
            violate(.memoryOverlap, "descriptor \(descriptor) and a free buffer of group \(group.group.id)")
        }
    }

    /// From here on the kernel owns what the operation was given.
    private func begin(_ operation: Operation) {
        if let socket = operation.socket {
            if operation.isReceive { socket.receivesInFlight += 1 }
            if operation.isSend { socket.sendsInFlight += 1 }
            if operation.isWatch { socket.watchesInFlight += 1 }
        }
        if operation.isReceive || operation.isSend { operation.ring.transfersInFlight += 1 }
        if case .accept(let listener) = operation.kind { listener.acceptsInFlight += 1 }
        if case .poll(let outside, _) = operation.kind { outside.pollsInFlight += 1 }
        if let memory = operation.receiveMemory {
            memory.fillWithPoison()
            plainReceives.append(operation)
        }
    }

    /// From here on it is the server's again: the last completion has been taken.
    func finish(_ operation: Operation) {
        if let socket = operation.socket {
            if operation.isReceive { socket.receivesInFlight -= 1 }
            if operation.isSend { socket.sendsInFlight -= 1 }
            if operation.isWatch { socket.watchesInFlight -= 1 }
        }
        if operation.isReceive || operation.isSend { operation.ring.transfersInFlight -= 1 }
        if operation.receiveMemory != nil { plainReceives.removeAll { $0 === operation } }
        if case .accept(let listener) = operation.kind { listener.acceptsInFlight -= 1 }
        if case .poll(let outside, _) = operation.kind { outside.pollsInFlight -= 1 }
        if case .send(let memory, let checksum) = operation.kind, memory.checksum != checksum {
            violate(.sendMemoryAltered, "token 0x\(String(operation.token, radix: 16))")
        }
        if operation.ring.operations[operation.token] === operation {
            operation.ring.operations[operation.token] = nil
        }
    }
}
