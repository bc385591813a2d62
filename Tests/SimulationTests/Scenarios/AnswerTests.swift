import SimulatedRing
import Testing

@testable import Sluice

/// Requests as healthy clients send them: each answer is exact, whatever the framing and however the bytes are cut.
@Suite struct AnswerTests {
    @Test(arguments: KernelName.allCases, ["/predict", "/landed"])
    func answersExactlyWhateverTheFraming(kernel: KernelName, route: String) throws {
        var generator = SeededGenerator(seed: 7)
        let framings: [PlannedRequest.Framing] = [
            .length, .chunked([1 << 20]), .chunked([1, 5, 3000]), .chunked([20_000, 17]),
        ]
        for framing in framings {
            for (rows, columns) in [(1, 1), (7, 1), (40, 50), (300, 129)] {
                let stage = try Stage()
                let request = PlannedRequest.reduction(
                    route, kernel, rows: rows, columns: columns, framing: framing, from: &generator)
                let client = stage.kernel.connect(
                    to: stage.listener, [.send(request.bytes), .awaitResponse])
                try stage.runClients()
                let answer = try #require(ReceivedResponses(client.received).finals.first)
                #expect(answer.status == 200)
                #expect(answer.body == request.answer, "\(framing) \(rows)×\(columns)")
                try stage.comeToRest()
                try stage.stopAndFinish()
            }
        }
    }

    @Test(arguments: ["/predict", "/landed", "/digest"])
    func answersBodiesThatComeInPieces(route: String) throws {
        var generator = SeededGenerator(seed: 11)
        // Byte by byte, a body that is larger than the buffer of a head, and not much larger: each piece is a turn.
        for (count, sizes) in [(4500, 1...3), (10_000, 1...2000), (10_000, 5000...30_000)] {
            for framing in [PlannedRequest.Framing.length, .chunked([33_000]), .chunked([7, 4000])] {
                let content = PlannedRequest.bytes(of: PlannedRequest.floats(count, from: &generator))
                let answer =
                    route == "/digest"
                    ? Stage.digest(content) : PlannedRequest.bytes(of: [Probe.answer(to: content)])
                let request = PlannedRequest.post(
                    route + "?kernel=probe&columns=1", content, framing: framing, answer: answer)
                let stage = try Stage()
                let client = stage.kernel.connect(
                    to: stage.listener,
                    [
                        .sendPieces(request.bytes, sizes: sizes, gaps: .zero ... .microseconds(80)),
                        .awaitResponse,
                    ])
                try stage.runClients()
                #expect(ReceivedResponses(client.received).finals.map(\.body) == [answer])
                try stage.comeToRest()
            }
        }
    }

    @Test func answersPipelinedRequestsInOrder() throws {
        var generator = SeededGenerator(seed: 3)
        for cut in [1 << 20, 1, 100, 5000] {
            var requests: [PlannedRequest] = []
            for (index, kernel) in KernelName.allCases.enumerated() {
                let framing: PlannedRequest.Framing = index % 2 == 0 ? .length : .chunked([900])
                requests.append(
                    .reduction(
                        index % 3 == 0 ? "/landed" : "/predict", kernel, rows: 1 + index * index, columns: 60,
                        framing: framing, from: &generator))
                requests.append(.get("/hello", answer: "hello\n"))
            }
            let stage = try Stage()
            let client = stage.kernel.connect(
                to: stage.listener,
                [
                    .sendPieces(
                        requests.flatMap(\.bytes), sizes: cut...cut, gaps: .zero ... .microseconds(10))
                ] + requests.map { _ in .awaitResponse })
            try stage.runClients()
            let received = ReceivedResponses(client.received)
            #expect(received.finals.map(\.body) == requests.map(\.answer))
            #expect(received.finals.allSatisfy { $0.status == 200 && !$0.closes })
            try stage.comeToRest()
        }
    }

    /// The end of a large last chunk brings the beginning of the next head with it; the mark that was set for the
    /// chunk must not keep the rest of that head waiting.
    @Test func readsTheHeadThatCameWithAChunkedBodysEnd() throws {
        var generator = SeededGenerator(seed: 5)
        for route in ["/predict", "/landed"] {
            let request = PlannedRequest.reduction(
                route, .probe, rows: 30_000, columns: 1, framing: .chunked([60_000]), from: &generator)
            let next = PlannedRequest.get("/hello", answer: "hello\n")
            var limits = Stage.smallLimits
            limits.tunedBodyBytes = 1
            let stage = try Stage(limits: limits)
            let client = stage.kernel.connect(
                to: stage.listener,
                [
                    .send(request.bytes + next.bytes.prefix(20)), .awaitResponse, .pause(.milliseconds(20)),
                    .send(Array(next.bytes.dropFirst(20))), .awaitResponse,
                ])
            try stage.runClients()
            #expect(ReceivedResponses(client.received).finals.map(\.body) == [request.answer, next.answer])
            let marks = stage.watches[0].marks.values.joined()
            #expect(marks.contains { $0 > 1000 }, "no mark was set, and nothing is proven")
            try stage.comeToRest()
        }
    }

    @Test func keepsAConnectionForRequestAfterRequest() throws {
        var limits = Stage.smallLimits
        limits.requestsPerConnection = 5
        let stage = try Stage(limits: limits)
        let request = PlannedRequest.get("/hello", answer: "hello\n")
        let client = stage.kernel.connect(
            to: stage.listener,
            (0..<8).flatMap { _ in [ClientStep.send(request.bytes), .awaitResponse] })
        try stage.runClients()
        let received = ReceivedResponses(client.received)
        #expect(received.finals.map(\.closes) == [false, false, false, false, true])
        try stage.comeToRest()
    }

    @Test func saysContinueOnceAndOnlyForWhatItTakes() throws {
        var generator = SeededGenerator(seed: 9)
        for route in ["/predict", "/landed"] {
            let good = PlannedRequest.reduction(
                route, .mean, rows: 100, columns: 50, expectsContinue: true, from: &generator)
            let bad = PlannedRequest.post(
                route + "?columns=3", Array(repeating: 0, count: 16), expectsContinue: true)
            let stage = try Stage()
            let client = stage.kernel.connect(
                to: stage.listener,
                [
                    .send(good.head), .awaitContinue, .send(good.body), .awaitResponse,
                    .send(good.head), .awaitContinue, .send(good.body), .awaitResponse,
                    .send(bad.head), .awaitResponse, .awaitEnd,
                ])
            try stage.runClients()
            let received = ReceivedResponses(client.received)
            #expect(received.interims == [0, 1])
            #expect(received.finals.map(\.status) == [200, 200, 422])
            #expect(received.finals.prefix(2).allSatisfy { $0.body == good.answer })
            // Whether the client sends that body, and where the next head would be, is not known.
            #expect(received.finals.last?.closes == true)
            try stage.comeToRest()
        }
    }

    @Test func sharesOneWindowAmongManyUploads() throws {
        var generator = SeededGenerator(seed: 13)
        var limits = Stage.smallLimits
        limits.windowBytesPerReactor = limits.windowBytes
        for reactors in 1...3 {
            let stage = try Stage(reactors: reactors, limits: limits)
            var expected: [[UInt8]?] = []
            var clients: [SimulatedClient] = []
            for index in 0..<12 {
                let request = PlannedRequest.reduction(
                    "/predict", KernelName.allCases[index % 6], rows: 800, columns: 100, from: &generator)
                expected.append(request.answer)
                clients.append(
                    stage.kernel.connect(to: stage.listener, [.send(request.bytes), .awaitResponse]))
            }
            try stage.runClients()
            #expect(clients.map { ReceivedResponses($0.received).finals.first?.body } == expected)
            #expect(stage.total(\.bytesMoved) == 0)
            // Least-loaded: nobody has more than his share.
            for metrics in stage.context.metrics {
                #expect(metrics.bodies.value == 12 / reactors)
            }
            try stage.comeToRest()
            try stage.stopAndFinish()
        }
    }
}
