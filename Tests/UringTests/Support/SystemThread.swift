import CPlatform
import Glibc
import Synchronization

/// A thread of this process as Linux sees it.
struct SystemThread: Sendable {
    /// `PID/task/TID`.
    private let path: String

    static var current: SystemThread {
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = unsafe bytes.withUnsafeMutableBytes {
            unsafe readlink("/proc/thread-self", $0.bindMemory(to: CChar.self).baseAddress!, $0.count)
        }
        return SystemThread(path: String(decoding: bytes[..<max(0, count)], as: UTF8.self))
    }

    /// Keeps the calling thread on a CPU.
    static func confine(to cpu: Int32) {
        var cpu = cpu
        precondition(unsafe sluice_set_affinity(&cpu, 1) == 0)
    }

    /// Whether it sleeps in `io_uring_enter` at this moment.
    var isInRing: Bool {
        guard let file = unsafe fopen("/proc/\(path)/syscall", "r") else {
            fatalError("/proc/\(path)/syscall cannot be read, and this test needs it")
        }
        defer { unsafe fclose(file) }
        var line = [CChar](repeating: 0, count: 64)
        // "running", or the number of the system call and its arguments.
        return unsafe fgets(&line, 64, file) != nil && line.starts(with: "426 ".utf8.map { CChar($0) })
    }
}

/// Set once, by any thread.
final class Flag: Sendable {
    private let value = Atomic(false)
    var isSet: Bool { value.load(ordering: .acquiring) }
    func set() { value.store(true, ordering: .releasing) }
}

/// Runs `body` on a thread of its own: the pool's may all be waiting in a ring.
func onAnotherThread(_ body: @escaping @Sendable () -> Void) -> pthread_t {
    final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
    var thread = pthread_t()
    let argument = unsafe Unmanaged.passRetained(Body(body)).toOpaque()
    let outcome = unsafe pthread_create(
        &thread, nil,
        { argument in
            unsafe Unmanaged<Body>.fromOpaque(argument!).takeRetainedValue().run()
            return nil
        }, argument)
    precondition(outcome == 0)
    return thread
}
