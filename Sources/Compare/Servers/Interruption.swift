internal import Glibc
internal import LoadGenerator
internal import Synchronization

/// Ends the servers when this program is told to end: they have process groups of their own, which the terminal's
/// Ctrl-C does not reach.
enum Interruption {
    private static let servers = Mutex<[ChildProcess]>([])

    /// From now on SIGINT, SIGTERM and SIGHUP end the servers, then this program. Before any other thread.
    static func endsServers() throws {
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        for signal in [SIGINT, SIGTERM, SIGHUP] { unsafe sigaddset(&signals, signal) }
        unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
        let waited = signals
        try SystemThread(name: "signals") {
            var signals = waited
            var signal: Int32 = 0
            unsafe sigwait(&signals, &signal)
            for server in servers.withLock({ $0 }) { server.stop(within: .seconds(1)) }
            exit(128 + signal)
        }.detach()
    }

    static func guarding(_ child: ChildProcess) {
        servers.withLock { $0.append(child) }
    }

    static func release(_ child: ChildProcess) {
        servers.withLock { $0.removeAll { $0 === child } }
    }
}
