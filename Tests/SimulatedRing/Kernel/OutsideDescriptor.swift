package import Uring

/// A descriptor that handlers wait for and the server knows nothing of.
package final class OutsideDescriptor {
    /// What it is waited for by; somebody else's when it has been closed.
    package fileprivate(set) var number: Int32 = -1
    var isReadable = false
    var isWritable = false
    var armedPolls: [Operation] = []
    /// Queued, and the completion not taken.
    var pollsInFlight = 0

    func isReady(for readiness: Readiness) -> Bool {
        switch readiness {
        case .readable: isReadable
        case .writable: isWritable
        }
    }
}

extension SimulatedKernel {
    /// Opens a descriptor that nothing can be read from or written to.
    package func openOutside() -> OutsideDescriptor {
        let outside = OutsideDescriptor()
        outsides.append(outside)
        outside.number = descriptors.open(.outside(outside))
        return outside
    }

    /// From now on it is ready, if it has not been closed.
    package func makeReady(_ outside: OutsideDescriptor, for readiness: Readiness) {
        switch readiness {
        case .readable: outside.isReadable = true
        case .writable: outside.isWritable = true
        }
        progressPolls(outside)
    }

    /// Closes one that was opened outside. While the ring still polls it, that is a violation: whoever waited has been let go too
    /// early.
    package func closeOutside(_ outside: OutsideDescriptor) {
        if outside.pollsInFlight > 0 { violate(.closeInFlight, "descriptor \(outside.number)") }
        descriptors.close(outside.number)
        outsides.removeAll { $0 === outside }
    }

    func progressPolls(_ outside: OutsideDescriptor) {
        for operation in outside.armedPolls {
            guard case .poll(_, let readiness) = operation.kind, outside.isReady(for: readiness) else {
                continue
            }
            disarm(operation)
            complete(operation, 1)
        }
    }
}
