internal import Glibc

/// SIGTERM and SIGINT: the first stops gracefully, the second ends the process at once.
///
/// Our own, because swift-service-lifecycle ignores a second signal. The main thread waits for them, which is
/// why `sluice` has no `async` main: Dispatch would then keep the main thread with every signal unblocked, and the
/// default action would end the process. No code of ours runs inside a signal handler.
enum StopSignals {
    private static var set: sigset_t {
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe sigaddset(&signals, SIGTERM)
        unsafe sigaddset(&signals, SIGINT)
        return signals
    }

    /// Keeps the signals for ``next()``. Called before other threads exist.
    static func block() {
        var signals = set
        unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
        // A client or a log reader that goes away must not end the server.
        signal(SIGPIPE, SIG_IGN)
    }

    /// Waits for the next signal.
    static func next() -> Int32 {
        var signals = set
        var number: Int32 = 0
        while unsafe sigwait(&signals, &number) != 0 {}
        return number
    }
}
