import Fixtures
import Glibc
import Testing

/// Clients that promise 30 MB and then send a byte a second, at the default limits: five seconds in which 320 KiB
/// do not come.
struct TrickleTests {
    #if DEBUG
        // What a debug build reads in the time that a release build has for all but 100 KB of 30 MB.
        private static let fastBytes = 1_990_000
    #else
        private static let fastBytes = 29_900_000
    #endif

    /// At most two periods: the one in which it fell under the rate, and a whole one. A second for the machine.
    private static let limit: Duration = .seconds(11)

    @Test func cutsEveryTrickleOffAndServesTheOthers() throws {
        try withServer { server in
            let healthy = try HealthyClient(server)
            try healthy.ask()
            let threads = server.settledThreadNames
            let before = server.residentBytes
            let timeouts = try server.metrics()["timeouts_total"]

            var tricklers = try (0..<200).map { try Trickler(server, fastBytes: 0, inChunks: $0 % 2 == 1) }
            for index in 0..<50 {
                tricklers.append(
                    try Trickler(server, fastBytes: Self.fastBytes, inChunks: index % 2 == 1))
                try healthy.ask()
            }
            let count = tricklers.count
            let deadline = Deadline(after: .seconds(60))
            var nextByte = ContinuousClock.now
            var most = before
            var longest: Duration = .zero
            while !tricklers.isEmpty, !deadline.hasPassed {
                if ContinuousClock.now >= nextByte {
                    nextByte = nextByte.advanced(by: .seconds(1))
                    for trickler in tricklers where !trickler.client.hasNews { try trickler.sendByte() }
                    most = max(most, server.residentBytes)
                    expectSameThreads(server, threads)
                }
                try healthy.ask()
                for trickler in tricklers where trickler.client.hasNews {
                    longest = max(longest, trickler.slowFor)
                    try trickler.expectCutOff()
                }
                tricklers.removeAll { $0.isCutOff }
                usleep(10_000)
            }
            #expect(tricklers.isEmpty, "\(tricklers.count) of \(count) are still open")
            #expect(longest <= Self.limit, "one was cut off only after \(longest)")
            #expect(try server.metrics()["timeouts_total"] >= timeouts + count)
            #expect(most - before < 16 << 20, "\(most - before) bytes more than before")
            print(
                "trickle: \(count) cut off, the last after \(longest); "
                    + "\((most - before) >> 10) KiB more; \(healthy.summary)")
        }
    }
}

/// Promises 30 MB, sends the first of them at once, and from then on what it is told to.
private final class Trickler {
    let client: Client
    private let slowSince: ContinuousClock.Instant
    private(set) var isCutOff = false

    /// - Parameter inChunks: whether the 30 MB are promised by a chunk's size.
    init(_ server: ServerProcess, fastBytes: Int, inChunks: Bool) throws {
        client = try server.connect()
        let framing = inChunks ? "Transfer-Encoding: chunked" : "Content-Length: 30000000"
        try client.send(Request.head("kernel=maximum", [framing]))
        if inChunks { try client.send("1c9c380\r\n") }
        try client.send([UInt8](repeating: 0, count: fastBytes))
        slowSince = .now
    }

    var slowFor: Duration { ContinuousClock.now - slowSince }

    func sendByte() throws { try client.send([0]) }

    func expectCutOff() throws {
        isCutOff = true
        let answer = try client.readAnswer()
        #expect(answer.status == 408 && answer.saysClose, "\(answer)")
        #expect(try client.readToEnd().isEmpty)
    }
}

/// Posts 40 KB again and again on one connection, and compares every answer.
private final class HealthyClient {
    private let client: Client
    private let request: [UInt8]
    private let expected: UInt32?
    private var latencies: [Duration] = []

    init(_ server: ServerProcess) throws {
        client = try server.connect()
        let fixture = try #require(Fixture.all.first { $0.count == 10_000 })
        request = Request.post(fixture.bytes, query: "columns=\(fixture.columns)")
        expected = fixture.answers["row-mean-std"]
    }

    func ask() throws {
        let start = ContinuousClock.now
        let answer = try client.ask(request)
        latencies.append(.now - start)
        #expect(answer.bits == expected && expected != nil, "\(answer)")
    }

    var summary: String {
        let sorted = latencies.sorted()
        return "\(sorted.count) right answers to another client, p50 \(sorted[sorted.count / 2]), "
            + "p99 \(sorted[sorted.count * 99 / 100]), at most \(sorted[sorted.count - 1])"
    }
}
