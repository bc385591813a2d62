internal import Glibc
internal import Uring

/// Watching for a peer that is gone.
extension SimulatedKernel {
    /// Lets watches end that can: as in Linux a FIN alone ends one too, with another result.
    func progressWatches(_ socket: SimulatedSocket) {
        let isGone = socket.isReset || (socket.sawEnd && socket.writesAreShut)
        guard isGone || socket.sawEnd || socket.readsAreShut else { return }
        while let operation = socket.armedWatches.first {
            socket.armedWatches.removeFirst()
            let events = Int32(0x2000) | (isGone ? Int32(POLLHUP) : 0) | (socket.isReset ? Int32(POLLERR) : 0)
            complete(operation, events)
        }
    }
}
