/// The engine for many connections: one thread serves a share of them, each with one request under way.
///
/// Events only say where to try again: the socket calls themselves tell what is possible, so an event that is
/// late or belonged to an earlier socket does no harm.
final class EpollSender {
    private let connections: [ClientConnection]
    private let timeout: UInt64
    private let epoll: Epoll
    private var exchanges: [Exchange]
    private var outcome = LoadOutcome()
    private var now: UInt64 = 0
    private var underWay = 0
    /// Connections whose request has ended and whose next has not begun: a list, for beginning it there and
    /// then would recurse where requests fail at once.
    private var idle: [Int]

    /// What a connection is doing.
    private struct Exchange {
        /// When its request began; 0 when it has none.
        var began: UInt64 = 0
        /// Why no connection could be opened, and when that ends the request.
        var unopened: (failure: LoadFailure, until: UInt64)?
        /// Whether this request is on its second connection, the first having been closed while idle.
        var isRetry = false
    }

    init(connections: [ClientConnection], timeout: Duration) throws(SystemError) {
        self.connections = connections
        self.timeout = timeout.nanoseconds
        exchanges = Array(repeating: Exchange(), count: connections.count)
        idle = Array(connections.indices.reversed())
        epoll = try Epoll()
        for (index, connection) in connections.enumerated() {
            connection.dropIfStale()
            if let descriptor = connection.descriptor { try epoll.add(descriptor, token: index) }
        }
    }

    /// Sends requests on all connections while there are any to send, and waits for the answers.
    func run(_ quota: RequestQuota) throws(SystemError) -> LoadOutcome {
        now = monotonicNanoseconds()
        startIdle(quota)
        var nextCheck = now
        while underWay > 0 {
            try epoll.wait(milliseconds: 10) { index, readable in
                guard exchanges[index].began != 0, exchanges[index].unopened == nil else { return }
                advance(index, readable: readable)
                startIdle(quota)
            }
            now = monotonicNanoseconds()
            if now >= nextCheck {
                checkTimes()
                if now >= quota.giveUpAt { giveUp() }
                startIdle(quota)
                nextCheck = now + 10_000_000
            }
        }
        return outcome
    }

    private func startIdle(_ quota: RequestQuota) {
        while let index = idle.popLast() {
            guard quota.take(at: now) else { continue }
            underWay += 1
            exchanges[index] = Exchange(began: now)
            begin(index)
        }
    }

    /// Begins the exchange, on a new connection if there is none.
    private func begin(_ index: Int) {
        let connection = connections[index]
        if connection.socket == nil {
            do throws(LoadFailure) {
                try open(connection, token: index)
            } catch {
                return finish(index, .failed(error))
            }
        }
        connection.begin()
        advance(index, readable: false)
    }

    private func open(_ connection: ClientConnection, token: Int) throws(LoadFailure) {
        try connection.open(wait: false)
        do {
            try epoll.add(connection.descriptor!, token: token)
        } catch {
            throw .connect(error.code)
        }
    }

    /// Does on a connection what can be done now.
    private func advance(_ index: Int, readable: Bool) {
        let connection = connections[index]
        // In both directions until there is no more to be done: an edge comes once, and one event may stand
        // for data and the connection's end.
        sending: while !connection.isSent {
            switch connection.send() {
            case .moved: continue
            case .again: break sending
            case .ended(let verdict): return finish(index, connection.refusal(insteadOf: verdict))
            }
        }
        if readable, let verdict = connection.receiveAll() { finish(index, verdict) }
    }

    private func finish(_ index: Int, _ verdict: Verdict) {
        let connection = connections[index]
        if case .failed(let failure) = verdict {
            let mayBeStale = connection.mayBeStale(failure)
            connection.close()
            if mayBeStale, !exchanges[index].isRetry {
                outcome.countReconnect()
                exchanges[index].isRetry = true
                return begin(index)
            }
            if case .connect = failure {
                // The request has failed, but only ends when the next may be tried: a server that is not
                // there would be asked a hundred thousand times a second.
                exchanges[index].unopened = (failure, now + 10_000_000)
                return
            }
        }
        end(index, verdict)
    }

    private func end(_ index: Int, _ verdict: Verdict) {
        now = monotonicNanoseconds()
        outcome.record(verdict, began: exchanges[index].began, ended: now)
        exchanges[index] = Exchange()
        underWay -= 1
        idle.append(index)
    }

    /// Ends every request that is under way: the run's time is over.
    private func giveUp() {
        for index in connections.indices where exchanges[index].began != 0 {
            connections[index].close()
            outcome.recordUnfinished(began: exchanges[index].began, ended: now)
            exchanges[index] = Exchange()
            underWay -= 1
        }
    }

    private func checkTimes() {
        for index in connections.indices where exchanges[index].began != 0 {
            let exchange = exchanges[index]
            if let unopened = exchange.unopened {
                if now >= unopened.until { end(index, .failed(unopened.failure)) }
            } else if now - exchange.began > timeout {
                connections[index].close()
                end(index, .failed(.timeout))
            }
        }
    }
}
