internal import Glibc

/// SIGTERM and SIGINT: the first stops gracefully, the second ends the process at once.
///
/// Our own, because swift-service-lifecycle ignores a second signal. A thread waits for them: no code of ours
/// runs inside a signal handler.
enum StopSignals {
    private static var set: sigset_t {
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe sigaddset(&signals, SIGTERM)
        unsafe sigaddset(&signals, SIGINT)
        return signals
    }

    /// Keeps the signals for the thread of ``onStop(_:)``. Called before other threads exist.
    static func block() {
        var signals = set
        unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
        // A client or a log reader that goes away must not end the server.
        signal(SIGPIPE, SIG_IGN)
    }

    static func onStop(_ stop: @escaping @Sendable () -> Void) {
        let box = unsafe Unmanaged.passRetained(Box(stop)).toOpaque()
        var thread = pthread_t()
        let outcome = unsafe pthread_create(
            &thread, nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                let box = unsafe Unmanaged<Box>.fromOpaque(argument).takeRetainedValue()
                var signals = StopSignals.set
                var number: Int32 = 0
                _ = unsafe sigwait(&signals, &number)
                box.stop()
                _ = unsafe sigwait(&signals, &number)
                StandardError.write("sluice: second signal, ending at once\n")
                _exit(128 + number)
            }, box)
        if outcome != 0 {
            unsafe Unmanaged<Box>.fromOpaque(box).release()
            StandardError.write("sluice: cannot start the thread that waits for signals\n")
            _exit(1)
        }
    }

    private final class Box {
        let stop: @Sendable () -> Void
        init(_ stop: @escaping @Sendable () -> Void) { self.stop = stop }
    }
}
