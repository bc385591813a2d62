internal import CLoadPlatform
internal import Glibc
internal import Synchronization

/// Where the workers of a run stand until all are there, and begin together.
///
/// They block in reading a pipe; closing its other end lets them all go at once.
final class StartGate: Sendable {
    private let readEnd: Descriptor
    private let writeEnd: Mutex<Descriptor?>
    private let quota = Mutex<RequestQuota?>(nil)
    private let arrived = Atomic(0)

    init() throws(SystemError) {
        var ends: (Int32, Int32) = (-1, -1)
        let result = unsafe withUnsafeMutablePointer(to: &ends) {
            unsafe load_pipe(UnsafeMutableRawPointer($0).assumingMemoryBound(to: Int32.self))
        }
        guard result == 0 else { throw SystemError("pipe2") }
        readEnd = Descriptor(ends.0)
        writeEnd = Mutex(Descriptor(ends.1))
    }

    /// A worker's wait, and the quota to take its requests from; nil when the run was called off.
    func wait() -> RequestQuota? {
        arrived.add(1, ordering: .releasing)
        var byte: UInt8 = 0
        while unsafe read(readEnd.number, &byte, 1) < 0 {}
        return quota.withLock { $0 }
    }

    /// Waits until so many workers wait.
    func awaitArrival(of count: Int) {
        while arrived.load(ordering: .acquiring) < count { usleep(100) }
    }

    /// Lets the workers go. Time begins now.
    func open(_ extent: LoadExtent, within limit: Duration?) {
        quota.withLock { $0 = RequestQuota(extent, within: limit) }
        callOff()
    }

    /// Lets the workers go with nothing to do, unless they have been let go.
    func callOff() {
        writeEnd.withLock { $0 = nil }
    }
}
