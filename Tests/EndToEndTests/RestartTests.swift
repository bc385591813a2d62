import Glibc
import Testing

/// One generation of the server after the other on a listening socket that outlives them.
struct RestartTests {
    /// Posts of a few pieces each, whose answer is known.
    private static let posts = [100, 40_000, 400_000].map { size in
        LoadConnection.Post(
            bytes: Request.post([UInt8](repeating: 0, count: size), query: "kernel=maximum"), expected: 0,
            name: "\(size) bytes")
    }

    /// Restarts a server while a load runs, a step at a time: nothing here waits.
    private final class Generations {
        private enum Phase {
            case serving(until: ContinuousClock.Instant)
            /// The successor starts beside it, or after its end.
            case starting(ServerProcess)
            case stopping(next: ServerProcess?)
        }

        let listening: ListeningSocket
        private(set) var current: ServerProcess
        private var phase: Phase
        private(set) var restarts = 0

        init(on listening: ListeningSocket) throws {
            self.listening = listening
            current = try ServerProcess(handedOver: listening.descriptor)
            try current.waitUntilReady()
            phase = .serving(until: .now)
        }

        func step() throws {
            switch phase {
            case .serving(let end):
                guard ContinuousClock.now >= end else { return }
                // Every other time nobody accepts for a while: the backlog waits.
                if restarts % 2 == 0 {
                    phase = .starting(try ServerProcess(handedOver: listening.descriptor))
                } else {
                    stopCurrent(next: nil)
                }
            case .starting(let next):
                guard next.output.hasSuffix("\n") else { return }
                if current.isRunning { stopCurrent(next: next) } else { serve(next) }
            case .stopping(let next):
                guard !current.isRunning else { return }
                #expect(try current.waitForExit() == 0, "\(current.log)")
                #expect(!current.log.contains(" critical "), "\(current.log)")
                if let next {
                    serve(next)
                } else {
                    phase = .starting(try ServerProcess(handedOver: listening.descriptor))
                }
            }
        }

        private func stopCurrent(next: ServerProcess?) {
            current.signal(SIGTERM)
            phase = .stopping(next: next)
        }

        private func serve(_ next: ServerProcess) {
            current = next
            restarts += 1
            phase = .serving(until: .now + .milliseconds(300))
        }
    }

    /// Lost is a request whose head arrived before our FIN and that got no answer. Nothing is refused or reset.
    @Test func losesNoRequestInRollingRestarts() throws {
        let listening = try ListeningSocket()
        let generations = try Generations(on: listening)
        let connections = try (0..<16).map {
            try LoadConnection(
                to: listening.address, posts: Self.posts, beginningWith: $0, reconnects: true)
        }
        let deadline = Deadline()
        let failure = try drive(connections) {
            try generations.step()
            return generations.restarts < 6 && !deadline.hasPassed
        }
        #expect(failure == nil, "\(generations.current.log)")
        #expect(generations.restarts == 6)
        for connection in connections {
            #expect(connection.answered > 6 && connection.connected > 6, "a client was not served by all")
        }
        let answered = connections.reduce(0) { $0 + $1.answered }
        let connected = connections.reduce(0) { $0 + $1.connected }
        print("restarts: 6, \(answered) right answers on \(connected) connections, none lost")
        for connection in connections { connection.client.close() }
        generations.current.signal(SIGTERM)
        #expect(try generations.current.waitForExit() == 0, "\(generations.current.log)")
    }

    /// Who was being served by a server that is killed hears of it; who only waits is served by the next.
    @Test func servesOnAfterAKill() throws {
        let listening = try ListeningSocket()
        for _ in 0..<3 {
            let server = try ServerProcess(handedOver: listening.descriptor)
            try server.waitUntilReady()
            let busy = try (0..<16).map { _ in
                let client = try server.connect()
                try client.send(Self.posts[2].bytes.prefix(200_000))
                return client
            }
            #expect(try eventually { try server.metrics()["bodies_in_flight"] == 16 })
            server.signal(SIGKILL)
            #expect(try server.waitForExit() == 128 + SIGKILL)
            for client in busy {
                // An end or a reset, but no answer and no waiting.
                do { #expect(try client.readToEnd().isEmpty) } catch ClientError.reset {}
            }
            let waiting = try (0..<16).map { _ in
                let client = try Client(listening.address)
                try client.send(Self.posts[1].bytes)
                return client
            }
            let next = try ServerProcess(handedOver: listening.descriptor)
            try next.waitUntilReady()
            for client in waiting {
                #expect(try client.readAnswer().bits == 0)
                client.close()
            }
            next.signal(SIGTERM)
            #expect(try next.waitForExit() == 0, "\(next.log)")
        }
    }

    /// One client alone, in the moment in which one server stops and the other has long been waiting.
    @Test func findsANewcomerOfTheLastMoment() throws {
        let listening = try ListeningSocket()
        let next = try ServerProcess(handedOver: listening.descriptor)
        try next.waitUntilReady()
        for round in 0..<10 {
            let server = try ServerProcess(handedOver: listening.descriptor)
            try server.waitUntilReady()
            server.signal(SIGTERM)
            usleep(UInt32(round) * 300)
            let client = try Client(listening.address)
            #expect(try client.ask(Request.health).status == 200)
            client.close()
            #expect(try server.waitForExit() == 0, "\(server.log)")
        }
        next.signal(SIGTERM)
        #expect(try next.waitForExit() == 0, "\(next.log)")
    }
}
