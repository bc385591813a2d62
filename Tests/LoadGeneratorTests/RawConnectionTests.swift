import Testing

@testable import LoadGenerator

struct RawConnectionTests {
    private static let first = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na"
    private static let second = "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nbc"
    private static let request = "GET / HTTP/1.1\r\n\r\n"

    /// A connection to a server that handles it as told.
    private func connected(
        timeout: Duration = .seconds(5), _ serve: @escaping @Sendable (ScriptedConnection) -> Void,
        _ body: (RawConnection) throws -> Void
    ) throws {
        try withScriptedServer(serve) { endpoint in
            try body(try RawConnection(to: endpoint, timeout: timeout))
        }
    }

    @Test
    func takesAnswersThatCameTogetherOneByOne() throws {
        try connected {
            $0.receiveHead()
            $0.send(Self.first + Self.second)
        } _: { connection in
            try connection.send(Self.request)
            let first = try connection.answer()
            #expect(first.status == 200 && first.body == Array("a".utf8) && first.keepsAlive)
            let second = try connection.answer()
            #expect(second.status == 404 && second.body == Array("bc".utf8))
            #expect(try connection.rest(within: .seconds(5)).isEmpty)
            #expect(throws: LoadFailure.broken(0)) { try connection.answer() }
        }
    }

    @Test
    func tellsAnInvitationFromAnAnswer() throws {
        try connected {
            $0.receiveHead()
            $0.send("HTTP/1.1 100 Continue\r\n\r\n" + Self.second)
        } _: { connection in
            try connection.send(Self.request)
            #expect(try connection.isToldToContinue())
            #expect(try !connection.isToldToContinue())
            #expect(try connection.answer().status == 404)
        }
    }

    @Test
    func givesTheRestUntilTheEnd() throws {
        try connected {
            $0.receiveHead()
            $0.send("whatever")
        } _: { connection in
            try connection.send(Self.request)
            #expect(try connection.rest(within: .seconds(5)) == Array("whatever".utf8))
        }
    }

    @Test
    func waitsNoLongerThanItsTime() throws {
        try connected(timeout: .milliseconds(50)) {
            $0.drain()
        } _: { connection in
            #expect(!connection.hasNews(within: .milliseconds(20)))
            #expect(throws: LoadFailure.timeout) { try connection.answer() }
            #expect(throws: LoadFailure.timeout) { try connection.rest(within: .milliseconds(20)) }
            connection.close()
        }
    }

    @Test
    func tellsAResetFromAnEnd() throws {
        try connected {
            $0.receiveHead()
            $0.socket.resetOnClose()
        } _: { connection in
            try connection.send(Self.request)
            #expect(connection.hasNews(within: .seconds(5)))
            #expect(throws: LoadFailure.self) { try connection.rest(within: .seconds(5)) }
        }
    }

    /// The server sees the FIN behind all that was sent, and what it answers still comes.
    @Test
    func halfClosesBehindWhatItSent() throws {
        try connected {
            $0.drain()
            $0.send(Self.first)
        } _: { connection in
            let body = try RequestBody(valueCount: 1000, seed: 1)
            try connection.send(body, 0..<4000)
            connection.halfClose()
            #expect(try connection.answer().status == 200)
        }
    }

    @Test
    func noticesAServerThatTakesNoMore() throws {
        let gate = try StartGate()
        try connected { _ in
            _ = gate.wait()
        } _: { connection in
            let bytes = [UInt8](repeating: 0, count: 1 << 20)
            let isStalled = try connection.sendUntilStalled(bytes, for: .milliseconds(100), limit: 1000)
            #expect(isStalled)
            connection.close()
            gate.callOff()
        }
    }

    @Test
    func saysSoWhenItIsNotStalled() throws {
        try connected {
            $0.drain()
        } _: { connection in
            let isStalled = try connection.sendUntilStalled([1, 2, 3], for: .seconds(5), limit: 10)
            #expect(!isStalled)
            connection.reset()
        }
    }
}
