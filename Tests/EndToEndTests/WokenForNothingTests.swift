import Fixtures
import Glibc
import Testing

/// Clients that have the server woken for nothing. After 128 times Linux gives a receive to a thread of its own, which would keep
/// a window or a head buffer and block.
struct WokenForNothingTests {
    /// What a connection has sent before.
    private static let beginnings = [
        [], Array("POST /pre".utf8), Request.head("kernel=maximum", ["Content-Length: 30000000"]),
        Request.head("kernel=maximum", ["Transfer-Encoding: chunked"]) + Array("1c9c380\r\n".utf8),
        // Landed, and discarded.
        Request.head("kernel=sum", ["Transfer-Encoding: chunked"]) + Array("1c9c380\r\n".utf8),
        Array("POST /none HTTP/1.1\r\nHost: a\r\nContent-Length: 30000000\r\n\r\n".utf8),
    ]

    private static let arguments = [
        "--threads", "1", "--first-byte-timeout", "3s", "--head-timeout", "3s", "--body-period", "3s",
    ]

    /// Bytes that are sent as urgent (`MSG_OOB`) are not there when they are received.
    @Test(arguments: [false, true])
    func urgentBytesHoldNeitherAThreadNorABuffer(unix: Bool) throws {
        try withServer(Self.arguments, unix: unix) { server in
            let threads = server.settledThreadNames
            let clients = try Self.clients { try server.connect() }
            try wake(server, by: clients) { _ = $0.sendUrgent(0x78) }
            expectSameThreads(server, threads)
            for client in clients { client.reset() }
        }
    }

    /// They had come before there was a server to keep urgent data from them.
    @Test func norDoThoseFromABacklogThatIsHandedOver() throws {
        let listening = try ListeningSocket()
        let clients = try Self.clients { try Client(listening.address) }
        let server = try ServerProcess(handedOver: listening.descriptor, Self.arguments)
        try server.waitUntilReady()
        let threads = server.settledThreadNames
        try wake(server, by: clients) { _ = $0.sendUrgent(0x78) }
        expectSameThreads(server, threads)
        server.signal(SIGTERM)
        #expect(try server.waitForExit() == 0, "\(server.log)")
    }

    private static func clients(
        _ beginnings: [[UInt8]] = beginnings, _ connect: () throws -> Client
    ) throws -> [Client] {
        try beginnings.flatMap { beginning in
            try (0..<2).map { _ in
                let client = try connect()
                try client.send(beginning)
                return client
            }
        }
    }

    /// On a Unix socket every `SHUT_RD` wakes the other side, which has nothing of it to see. Nothing keeps that from a kernel
    /// thread; but there is one at most, and it blocks no longer than a tick of the clock.
    @Test func whoStopsReadingAgainAndAgainHoldsNoBuffer() throws {
        let server = try ServerProcess(["serve", "--unix", temporaryPath()] + Self.arguments)
        try server.waitUntilReady()
        // The one thread is to have the one window, and nothing else.
        let body = Request.head("kernel=maximum", ["Content-Length: 30000000"])
        let clients = try Self.clients([body]) { try server.connect() }
        try wake(server, by: clients) { $0.stopReading() }
        #expect(server.threadNames.count { $0.hasPrefix("iou-wrk") } <= 1, "\(server.threadNames)")
        for client in clients { client.close() }
        server.signal(SIGTERM)
        #expect(try server.waitForExit() == 0, "\(server.log)")
    }

    /// A receive drops what it has no room for, and the last reference to a connection that lingers blocks whoever drops it.
    /// Linux before 6.16 cannot refuse it.
    @Test func descriptorsAreNotTaken() throws {
        var system = utsname()
        unsafe uname(&system)
        let release = unsafe withUnsafeBytes(of: &system.release) {
            unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
        let numbers = release.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
        let isKnown = numbers.count == 2 && (numbers[0], numbers[1]) >= (6, 16)
        try withServer(unix: true) { server in
            let client = try server.connect()
            #expect(client.send(0x47, with: 0) == (isKnown ? EPERM : 0), "Linux \(release)")
        }
    }

    /// Has the server woken by each client more often than the 128 times, slowly enough for each to be seen alone; then
    /// somebody else's body is to be reduced as ever.
    private func wake(
        _ server: ServerProcess, by clients: [Client], _ wake: (Client) -> Void
    ) throws {
        for _ in 0..<300 {
            for client in clients { wake(client) }
            usleep(2000)
        }
        let fixture = try #require(Fixture.all.first { $0.count == 10_000 })
        let start = ContinuousClock.now
        let answer = try server.ask(Request.post(fixture.bytes, query: "columns=\(fixture.columns)"))
        #expect(answer.bits == fixture.answers["row-mean-std"], "\(answer)")
        // The clients' bodies are given up after three.
        #expect(ContinuousClock.now - start < .seconds(1))
    }
}
