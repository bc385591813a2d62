/// The engine for few connections: a thread for each, and blocking writes of a large piece each, which is the
/// cheapest way to send a body.
struct BlockingSender {
    private let connection: ClientConnection
    private let timeout: UInt64

    /// The most bytes for one write. Not the whole body: a kernel without preemption lets a thread keep its core
    /// as long as its system call lasts, and one of 256 MB lasts a tenth of a second, in which whoever measures
    /// beside it on that core waits, and blames the server.
    private static let pieceBytes = 1 << 20

    init(connection: ClientConnection, timeout: Duration) {
        self.connection = connection
        self.timeout = timeout.nanoseconds
        connection.dropIfStale()
    }

    /// Sends requests one after the other while there are any to send.
    func run(_ quota: RequestQuota) -> LoadOutcome {
        var outcome = LoadOutcome()
        var now = monotonicNanoseconds()
        while quota.take(at: now) {
            let began = now
            let verdict = request(by: began + timeout, &outcome)
            now = monotonicNanoseconds()
            outcome.record(verdict, began: began, ended: now)
            if case .failed(let failure) = verdict {
                connection.close()
                // A server that is not there would be asked a hundred thousand times a second.
                if case .connect = failure { sleep(milliseconds: 10) }
            }
        }
        return outcome
    }

    /// - Parameter deadline: when it has failed if it is not answered.
    private func request(by deadline: UInt64, _ outcome: inout LoadOutcome) -> Verdict {
        let verdict = attempt(by: deadline)
        guard case .failed(let failure) = verdict, connection.mayBeStale(failure) else { return verdict }
        outcome.countReconnect()
        connection.close()
        return attempt(by: deadline)
    }

    private func attempt(by deadline: UInt64) -> Verdict {
        if connection.socket == nil {
            let now = monotonicNanoseconds()
            guard now < deadline else { return .failed(.timeout) }
            do throws(LoadFailure) {
                try connection.open(wait: true, within: .nanoseconds(deadline - now))
            } catch {
                return .failed(error)
            }
        }
        connection.begin()
        while !connection.isSent {
            guard connection.hasTime(until: deadline) else { return .failed(.timeout) }
            guard case .ended(let verdict) = connection.send(atMost: Self.pieceBytes) else { continue }
            return connection.refusal(insteadOf: verdict)
        }
        while connection.hasTime(until: deadline) {
            if case .ended(let verdict) = connection.receive() { return verdict }
        }
        return .failed(.timeout)
    }
}
