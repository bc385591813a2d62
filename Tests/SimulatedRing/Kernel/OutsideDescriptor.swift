package import Uring

/// A descriptor that handlers wait for and the server knows nothing of.
final class OutsideDescriptor {
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
    package func openOutside() -> Int32 {
        let outside = OutsideDescriptor()
        outsides.append(outside)
        return descriptors.open(.outside(outside))
    }

    /// From now on `descriptor` is ready; nothing happens if it is none or has been closed.
    package func makeReady(_ descriptor: Int32, for readiness: Readiness) {
        guard case .outside(let outside)? = descriptors[descriptor] else { return }
        switch readiness {
        case .readable: outside.isReadable = true
        case .writable: outside.isWritable = true
        }
        progressPolls(outside)
    }

    /// Closes one that was opened outside. While the ring still polls it, that is a violation: whoever waited has been let go too
    /// early.
    package func closeOutside(_ descriptor: Int32) {
        guard case .outside(let outside)? = descriptors[descriptor] else {
            return violate(.closedTwice, "descriptor \(descriptor)")
        }
        if outside.pollsInFlight > 0 { violate(.closeInFlight, "descriptor \(descriptor)") }
        descriptors.close(descriptor)
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
