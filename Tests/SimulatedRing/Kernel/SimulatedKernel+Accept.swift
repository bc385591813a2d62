internal import Glibc
package import Uring

/// Listening and accepting.
extension SimulatedKernel {
    /// A new listening socket.
    package func listen() -> Socket {
        let listener = SimulatedListener()
        listeners.append(listener)
        return Socket(descriptor: descriptors.open(.listener(listener)))
    }

    /// Hands waiting connections to an armed accept.
    func progressAccepts(_ listener: SimulatedListener) {
        while let operation = listener.armed.first {
            if listener.isShut {
                listener.armed.removeFirst()
                complete(operation, -EINVAL)
                continue
            }
            guard let socket = listener.backlog.first else { return }
            if let errorNumber = drawAcceptError() {
                if errorNumber == ECONNABORTED {
                    listener.backlog.removeFirst()
                    breakConnection(of: socket.client)
                }
                // Every error ends a multishot accept.
                listener.armed.removeFirst()
                complete(operation, -errorNumber)
                continue
            }
            listener.backlog.removeFirst()
            let descriptor = descriptors.open(.socket(socket))
            socket.descriptor = descriptor
            let ends = chance(faults.acceptEnds)
            if ends { listener.armed.removeFirst() }
            complete(operation, descriptor, more: !ends)
        }
    }

    private func drawAcceptError() -> Int32? {
        if openDescriptorCount >= descriptorLimit { return EMFILE }
        if chance(faults.acceptNoDescriptors) { return chance(0.5) ? EMFILE : ENFILE }
        if chance(faults.acceptNoMemory) { return ENOMEM }
        if chance(faults.acceptAborted) { return ECONNABORTED }
        return nil
    }

    func shut(_ listener: SimulatedListener) {
        listener.isShut = true
        for socket in listener.backlog { tellReset(socket.client) }
        listener.backlog = []
        progressAccepts(listener)
    }
}
