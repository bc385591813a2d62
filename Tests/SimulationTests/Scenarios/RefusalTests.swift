import SimulatedRing
import Testing

@testable import Sluice

/// What is refused, and what becomes of the connection.
@Suite struct RefusalTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var request: String
        var body: [UInt8] = []
        var status: Int
        var closes: Bool
        var testDescription: String { "\(status) \(request.prefix(50))" }

        init(_ request: String, _ body: [UInt8], _ status: Int, closes: Bool) {
            (self.request, self.body, self.status, self.closes) = (request, body, status, closes)
        }
    }

    private static let rows = [UInt8](repeating: 0, count: 400)
    static let cases: [Case] = [
        Case("POST /predict HTTP/1.1\r\nHost: a\r\n", [], 411, closes: true),
        Case("POST /predict HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n", [], 422, closes: false),
        Case(
            "POST /predict HTTP/1.1\r\nHost: a\r\nContent-Length: 399\r\n", Array(rows.dropLast()), 422,
            closes: false),
        Case(
            "POST /landed?columns=7 HTTP/1.1\r\nHost: a\r\nContent-Length: 400\r\n", rows, 422, closes: false),
        Case("POST /predict HTTP/1.1\r\nHost: a\r\nContent-Length: 70000000\r\n", [], 413, closes: true),
        Case("POST /nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: 400\r\n", rows, 404, closes: false),
        Case("POST /nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n", [], 404, closes: true),
        Case("PUT /predict HTTP/1.1\r\nHost: a\r\nContent-Length: 400\r\n", rows, 405, closes: false),
        Case("GET /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 400\r\n", rows, 200, closes: false),
        Case("GET /hello HTTP/2.0\r\nHost: a\r\n", [], 505, closes: true),
        Case("GET /hello HTTP/1.1\r\n", [], 400, closes: true),
        Case(
            "POST /predict HTTP/1.1\r\nHost: a\r\nExpect: magic\r\nContent-Length: 400\r\n", [], 417,
            closes: true),
        Case(
            "POST /predict HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\nContent-Length: 400\r\n", rows,
            415, closes: false),
        Case(
            "POST /predict HTTP/1.1\r\nHost: a\r\nOrigin: http://b\r\nContent-Length: 400\r\n", rows, 403,
            closes: false),
        Case(
            "POST /predict HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n", Array("z\r\n".utf8), 400,
            closes: true),
        // No handler acts on a request whose end is in doubt; one whose body is only too long is answered.
        Case(
            "GET /hello HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n", Array("z\r\n".utf8), 400,
            closes: true),
        Case(
            "GET /hello HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n", Array("1\r\nab\r\n".utf8),
            400, closes: true),
        Case(
            "GET /hello HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n", Array("ffffff\r\n".utf8),
            200, closes: true),
        Case(
            "POST /landed?columns=1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n",
            Array("5\r\n12345\r\n0\r\n\r\n".utf8), 422, closes: false),
        Case(
            "POST /landed HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n", Array("0\r\n\r\n".utf8),
            422, closes: false),
        Case(
            "POST /predict HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n", Array("ffffffff\r\n".utf8),
            413, closes: true),
    ]

    /// Whole, and a byte at a time: the same answer, and the same end or the next request's answer.
    @Test(arguments: cases)
    func refuses(_ row: Case) throws {
        for sizes in [100_000...100_000, 1...1] {
            let stage = try Stage()
            let client = stage.kernel.connect(
                to: stage.listener,
                [
                    .sendPieces(
                        Array((row.request + "\r\n").utf8) + row.body, sizes: sizes,
                        gaps: .zero ... .microseconds(5)),
                    .awaitResponse, .send(ListeningTests.hello.bytes), .awaitResponse,
                ])
            try stage.runClients()
            let finals = ReceivedResponses(client.received).finals
            #expect(finals.first?.status == row.status)
            #expect(finals.first?.closes == row.closes)
            #expect(finals.dropFirst().map(\.status) == (row.closes ? [] : [200]))
            try stage.comeToRest()
        }
    }

    @Test func aBodyCutShortReachesNoKernelAndNoHandler() throws {
        for route in ["/predict?columns=1&kernel=minimum", "/landed?columns=1&kernel=minimum", "/digest"] {
            for end in [ClientStep.halfClose, .reset, .close] {
                for framing in [PlannedRequest.Framing.length, .chunked([1000])] {
                    let stage = try Stage()
                    let request = PlannedRequest.post(
                        route, [UInt8](repeating: 1, count: 60_000), framing: framing)
                    let client = stage.kernel.connect(
                        to: stage.listener,
                        [.send(Array(request.bytes.dropLast(100))), .pause(.milliseconds(1)), end, .awaitEnd])
                    try stage.runClients()
                    try stage.comeToRest()
                    let finals = ReceivedResponses(client.received).finals
                    #expect(finals.allSatisfy { $0.status == 400 })
                    #expect(stage.total(\.bodiesTruncated) == 1)
                    #expect(stage.total(\.responses2xx) == 0)
                }
            }
        }
    }

    @Test func aHalfCloseAfterAWholeRequestCancelsNothing() throws {
        var generator = SeededGenerator(seed: 17)
        for route in ["/predict", "/landed"] {
            let request = PlannedRequest.reduction(route, .sum, rows: 300, columns: 50, from: &generator)
            let stage = try Stage()
            let client = stage.kernel.connect(
                to: stage.listener, [.send(request.bytes), .halfClose, .awaitResponse, .awaitEnd])
            try stage.runClients()
            #expect(ReceivedResponses(client.received).finals.map(\.body) == [request.answer])
            try stage.comeToRest()
        }
    }
}
