internal import CLoadPlatform
internal import Glibc

/// A thread of its own for work that blocks.
public struct SystemThread: @unchecked Sendable {
    private let handle: pthread_t

    /// Starts a thread with SIGPIPE blocked.
    ///
    /// - Parameters:
    ///   - name: at most 15 bytes, as `top -H` shows it.
    ///   - stackSize: small, for there may be thousands.
    public init(
        name: String, stackSize: Int = 256 << 10, _ work: @escaping @Sendable () -> Void
    ) throws(SystemError) {
        var attributes = pthread_attr_t()
        unsafe pthread_attr_init(&attributes)
        defer { unsafe pthread_attr_destroy(&attributes) }
        unsafe pthread_attr_setstacksize(&attributes, stackSize)
        let box = unsafe Unmanaged.passRetained(Work(name: name, run: work))
        var handle = pthread_t()
        let code = unsafe pthread_create(
            &handle, &attributes,
            { argument in
                let work = unsafe Unmanaged<Work>.fromOpaque(argument!).takeRetainedValue()
                load_block_sigpipe()
                unsafe load_name_thread(work.name)
                work.run()
                return nil
            }, box.toOpaque())
        guard code == 0 else {
            unsafe box.release()
            throw SystemError("start a thread", code: code)
        }
        self.handle = handle
    }

    /// Waits for the thread's end. Once, and either this or ``detach()``.
    public func join() {
        pthread_join(handle, nil)
    }

    /// Lets the thread end on its own.
    public func detach() {
        pthread_detach(handle)
    }

    private final class Work {
        let run: @Sendable () -> Void
        let name: String

        init(name: String, run: @escaping @Sendable () -> Void) {
            self.name = name
            self.run = run
        }
    }
}

/// Stops the calling thread for a while.
public func sleep(milliseconds: Int) {
    var time = timespec(tv_sec: milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000)
    unsafe nanosleep(&time, nil)
}
