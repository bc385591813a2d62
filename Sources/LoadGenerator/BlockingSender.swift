/// The engine for few connections: a thread for each, and blocking writes of a large piece each, which is the
/// cheapest way to send a body.
struct BlockingSender {
    private let connection: ClientConnection

    /// The most bytes for one write. Not the whole body: a kernel without preemption lets a thread keep its core
    /// as long as its system call lasts, and one of 256 MB lasts a tenth of a second, in which whoever measures
    /// beside it on that core waits, and blames the server.
    private static let pieceBytes = 1 << 20

    init(connection: ClientConnection) {
        self.connection = connection
        connection.dropIfStale()
    }

    /// Sends requests one after the other while there are any to send.
    func run(_ quota: RequestQuota) -> LoadOutcome {
        var outcome = LoadOutcome()
        var now = monotonicNanoseconds()
        while quota.take(at: now) {
            let began = now
            let verdict = request(&outcome)
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

    private func request(_ outcome: inout LoadOutcome) -> Verdict {
        let verdict = attempt()
        guard case .failed(let failure) = verdict, connection.mayBeStale(failure) else { return verdict }
        outcome.countReconnect()
        connection.close()
        return attempt()
    }

    private func attempt() -> Verdict {
        if connection.socket == nil {
            do throws(LoadFailure) {
                try connection.open(wait: true)
            } catch {
                return .failed(error)
            }
        }
        connection.begin()
        while !connection.isSent {
            guard case .ended(let verdict) = connection.send(atMost: Self.pieceBytes) else { continue }
            return connection.refusal(insteadOf: verdict)
        }
        return connection.receiveAll() ?? .failed(.timeout)
    }
}
