internal import Glibc
internal import LoadGenerator
internal import Synchronization

/// A client that asks for `/hello` a hundred times a second, whatever becomes of others meanwhile.
///
/// A probe's time runs from when it was due, not from when it could be sent: one answer that takes a second makes
/// a hundred late ones, as it would for a hundred visitors. One without a right answer has waited as long as it may:
/// a server that refuses at once is not the faster for it.
final class HelloProber: Sendable {
    /// What it saw.
    struct Record: Sendable {
        var latencies = Latencies()
        var failures = 0
    }

    private final class Shared: Sendable {
        let isEnding = Atomic(false)
        let record = Mutex(Record())
    }

    private let shared = Shared()
    private let thread: SystemThread

    static let period: UInt64 = 10_000_000

    /// Begins.
    /// - Parameter patience: how long an answer may take.
    init(endpoint: Endpoint, patience: Duration) throws {
        thread = try SystemThread(name: "hello-prober") { [shared] in
            var prober = Probing(endpoint: endpoint, patience: patience)
            prober.run(until: { shared.isEnding.load(ordering: .relaxed) })
            let record = prober.record
            shared.record.withLock { $0 = record }
        }
    }

    /// Asks for some time only.
    static func probe(_ endpoint: Endpoint, for time: Duration, patience: Duration) throws -> Record {
        let prober = try HelloProber(endpoint: endpoint, patience: patience)
        sleep(milliseconds: Int(time / .milliseconds(1)))
        return prober.end()
    }

    /// Ends it, and tells what it saw. Once. Waits for the answer under way.
    func end() -> Record {
        shared.isEnding.store(true, ordering: .relaxed)
        thread.join()
        return shared.record.withLock { $0 }
    }
}

private struct Probing {
    let endpoint: Endpoint
    let patience: Duration
    var record = HelloProber.Record()
    private var connection: RawConnection?

    init(endpoint: Endpoint, patience: Duration) {
        self.endpoint = endpoint
        self.patience = patience
    }

    mutating func run(until isEnding: () -> Bool) {
        var due = monotonicNanoseconds()
        while !isEnding() {
            sleep(until: due)
            let isAnswered = (try? ask()) ?? false
            let answered = monotonicNanoseconds()
            if !isAnswered {
                record.failures += 1
                connection = nil
            }
            // All that fell due meanwhile have waited too.
            repeat {
                let waited = answered - due
                record.latencies.record(
                    nanoseconds: isAnswered ? waited : max(waited, patience.nanoseconds))
                due += HelloProber.period
            } while due <= answered
        }
    }

    /// - Returns: whether the answer was right.
    private mutating func ask() throws -> Bool {
        let open = try connection ?? RawConnection(to: endpoint, timeout: patience)
        connection = nil
        try open.send("GET /hello HTTP/1.1\r\nHost: \(endpoint)\r\nUser-Agent: sluice-compare\r\n\r\n")
        let answer = try open.answer()
        if answer.keepsAlive { connection = open }
        return answer.status == 200 && answer.body == Array("hello\n".utf8)
    }
}

/// Until the monotonic clock shows so many nanoseconds; at once where it does already.
///
/// Not for so many milliseconds: what that sleeps too long would be in every probe's time.
private func sleep(until due: UInt64) {
    var time = timespec(tv_sec: Int(due / 1_000_000_000), tv_nsec: Int(due % 1_000_000_000))
    while unsafe clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nil) == EINTR {}
}
