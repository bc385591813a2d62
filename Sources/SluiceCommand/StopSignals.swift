internal import Glibc

/// SIGTERM and SIGINT: the first stops gracefully, the second ends the process at once. SIGHUP stops nothing, as
/// with other servers: neither a terminal that closes nor a reload that was meant for a server with a token file
/// ends one by surprise.
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
        unsafe sigaddset(&signals, SIGHUP)
        return signals
    }

    /// Keeps the signals for ``next()``. Called before other threads exist.
    static func block() {
        var signals = set
        unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
        // A client or a log reader that goes away must not end the server.
        signal(SIGPIPE, SIG_IGN)
    }

    /// Waits for the next signal that stops; calls `reload` for each SIGHUP until then.
    static func next(reload: () -> Void) -> Int32 {
        var signals = set
        var number: Int32 = 0
        while true {
            while unsafe sigwait(&signals, &number) != 0 {}
            guard number == SIGHUP else { return number }
            reload()
        }
    }
}
