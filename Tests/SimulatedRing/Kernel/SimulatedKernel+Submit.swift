internal import Glibc
internal import Uring

/// Submission and cancellation.
extension SimulatedKernel {
    /// Hands everything queued over, in order.
    func submit(_ ring: RingState) {
        let submitted = ring.submissions
        ring.submissions = []
        for operation in submitted {
            record(.submitted, ring: ring, operation.token)
            operation.stage = .armed
            start(operation)
        }
    }

    private func start(_ operation: Operation) {
        switch operation.kind {
        case .accept(let listener):
            listener.armed.append(operation)
            progressAccepts(listener)
        case .receive, .receiveFrom, .discard:
            guard let socket = operation.socket else { return }
            // Linux looks for a buffer before it looks at the socket.
            if operation.receiveStart == .atOnce, socket.armedReceives.isEmpty,
                !socket.incoming.isEmpty || operation.findsNoBuffer
            {
                return executeReceive(operation, on: socket)
            }
            socket.armedReceives.append(operation)
            progressReceives(socket)
        case .send:
            guard let socket = operation.socket else { return }
            socket.armedSends.append(operation)
            progressSends(socket)
        case .watch:
            guard let socket = operation.socket else { return }
            socket.armedWatches.append(operation)
            progressWatches(socket)
        case .poll(let outside, _):
            outside.armedPolls.append(operation)
            progressPolls(outside)
        case .cancel(let target):
            cancel(target, for: operation)
        case .close(let socket):
            performClose(socket)
            complete(operation, 0)
        case .wake:
            operation.ring.awaitingWake = operation
        case .refused(let errorNumber):
            complete(operation, -errorNumber)
        }
    }

    private func cancel(_ target: UInt64, for cancellation: Operation) {
        guard let operation = cancellation.ring.operations[target], operation.stage == .armed,
            operation !== cancellation
        else {
            // Unknown, or it has happened and its completion is on its way.
            return complete(cancellation, -ENOENT)
        }
        if let socket = operation.socket, operation.isReceive, chance(faults.cancelLosesRace) {
            return loseRace(operation, on: socket, cancellation)
        }
        disarm(operation)
        let operationIsFirst = faults.reordering == 0 || chance(0.5)
        if operationIsFirst { complete(operation, -ECANCELED, buffer: bufferWithoutData(operation)) }
        complete(cancellation, 0)
        if !operationIsFirst { complete(operation, -ECANCELED, buffer: bufferWithoutData(operation)) }
    }

    /// The receive was quicker than its cancellation.
    private func loseRace(_ operation: Operation, on socket: SimulatedSocket, _ cancellation: Operation) {
        if !socket.incoming.isEmpty || socket.isReadable {
            disarm(operation)
            executeReceive(operation, on: socket)
            return complete(cancellation, -ENOENT)
        }
        // It is running and will come to an end by itself, with data if some arrive in time.
        after(generator.duration(in: .zero...faults.longestDelay)) { kernel in
            guard operation.stage == .armed else { return }
            kernel.disarm(operation)
            kernel.complete(operation, -ECANCELED)
        }
        complete(cancellation, -EALREADY)
    }

    func disarm(_ operation: Operation) {
        if case .accept(let listener) = operation.kind { listener.armed.removeAll { $0 === operation } }
        if case .poll(let outside, _) = operation.kind { outside.armedPolls.removeAll { $0 === operation } }
        if operation.ring.awaitingWake === operation { operation.ring.awaitingWake = nil }
        operation.socket?.armedReceives.removeAll { $0 === operation }
        operation.socket?.armedSends.removeAll { $0 === operation }
        operation.socket?.armedWatches.removeAll { $0 === operation }
    }
}
