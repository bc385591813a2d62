import SimulatedRing
import Testing
import Uring

@testable import Sluice

/// Time limits, by a clock that only the simulation moves.
@Suite struct TimeTests {
    static let zeros = [UInt8](repeating: 0, count: 400_000)

    /// The status a client was answered with and when, in seconds since it connected.
    static func outcome(_ stage: Stage, _ steps: [ClientStep], withheld: Int = 0) throws -> (
        status: Int?, seconds: Double
    ) {
        let begin = stage.kernel.now
        let client = stage.kernel.connect(to: stage.listener, steps + [.awaitEnd])
        client.bytesWithheld = withheld
        try stage.runClients()
        try stage.comeToRest()
        let took = client.finishTime.map { begin.duration(until: $0) / .seconds(1) } ?? -1
        return (ReceivedResponses(client.received).finals.last?.status, took)
    }

    @Test func closesWhoSaysNothing() throws {
        let silent = try Self.outcome(Stage(), [])
        #expect(silent.status == nil)
        #expect((10.0...10.1).contains(silent.seconds))
        let idle = try Self.outcome(Stage(), ListeningTests.ask)
        #expect(idle.status == 200)
        #expect((60.0...60.1).contains(idle.seconds))
    }

    @Test func refusesAHeadThatTakesTooLong() throws {
        let half = Array(ListeningTests.hello.bytes.dropLast(2))
        let stopped = try Self.outcome(Stage(), [.send(half)])
        #expect(stopped.status == 408)
        #expect((5.0...5.1).contains(stopped.seconds))
        // A byte a second is no progress: the limit is absolute.
        let trickled = try Self.outcome(
            Stage(), [.sendPieces(half, sizes: 1...1, gaps: .seconds(1) ... .seconds(1))])
        #expect(trickled.status == 408)
        #expect((5.0...8.2).contains(trickled.seconds))
    }

    /// Also of the second request on a connection, however long it was idle before; an empty line begins a head.
    @Test func timesEachHeadFromItsFirstByte() throws {
        let half = Array(ListeningTests.hello.bytes.dropLast(2))
        let second = try Self.outcome(
            Stage(), ListeningTests.ask + [.pause(.seconds(20)), .send(half), .pause(.seconds(4))])
        #expect(second.status == 408)
        #expect((25.0...25.1).contains(second.seconds))
        let pipelined = try Self.outcome(Stage(), [.send(ListeningTests.hello.bytes + half)])
        #expect(pipelined.status == 408)
        #expect((5.0...5.1).contains(pipelined.seconds))
        let emptyLine = try Self.outcome(Stage(), [.send([13, 10])])
        #expect(emptyLine.status == 408)
        #expect((5.0...5.1).contains(emptyLine.seconds))
    }

    /// However little is asked for in all, it has to be there when the period ends.
    @Test(arguments: ["/predict", "/landed", "/digest"])
    func takesASmallBodyThatIsWholeInTime(route: String) throws {
        let request = PlannedRequest.post(route + "?columns=1", [UInt8](repeating: 0, count: 100))
        let begun = ClientStep.send(Array(request.bytes.dropLast(50)))
        let rest = ClientStep.send(Array(request.bytes.suffix(50)))
        let inTime = try Self.outcome(
            Stage(), [begun, .pause(.milliseconds(4900)), rest, .awaitResponse, .halfClose])
        #expect(inTime.status == 200)
        let late = try Self.outcome(Stage(), [begun, .pause(.milliseconds(5100)), rest], withheld: 50)
        #expect(late.status == 408)
        #expect((5.1...7.2).contains(late.seconds))
    }

    @Test func saysWhatWasExpectedInWhatTime() throws {
        let request = PlannedRequest.post("/predict", Self.zeros)
        let cases: [(bytes: [UInt8], sentence: String)] = [
            (
                Array(ListeningTests.hello.bytes.dropLast(2)),
                "a head has to be whole 5 s after its first byte; this is not\n"
            ),
            (
                request.head + request.body.prefix(1234),
                "at least 327680 bytes of a body, or all that is left, have to come in every 5 s; of this came 1234\n"
            ),
        ]
        for (bytes, sentence) in cases {
            let stage = try Stage()
            let client = stage.kernel.connect(to: stage.listener, [.send(bytes), .awaitEnd])
            client.bytesWithheld = Self.zeros.count
            try stage.runClients()
            #expect(ReceivedResponses(client.received).finals.map(\.text) == [sentence])
            try stage.comeToRest()
        }
    }

    @Test(arguments: ["/predict", "/landed", "/digest"])
    func refusesABodyThatTrickles(route: String) throws {
        for framing in [PlannedRequest.Framing.length, .chunked([399_000])] {
            let request = PlannedRequest.post(route + "?columns=1", Self.zeros, framing: framing)
            let stopped = try Self.outcome(
                Stage(), [.send(Array(request.bytes.prefix(1000)))], withheld: request.bytes.count - 1000)
            #expect(stopped.status == 408)
            #expect((5.0...5.2).contains(stopped.seconds))
            // Nearly all at once, then a byte a second.
            let late = try Self.outcome(
                Stage(),
                [
                    .send(Array(request.bytes.prefix(390_000))),
                    .sendPieces(
                        Array(request.bytes[390_000..<390_100]), sizes: 1...1,
                        gaps: .seconds(1) ... .seconds(1)),
                ], withheld: request.bytes.count - 390_100)
            #expect(late.status == 408)
            #expect((5.0...13.2).contains(late.seconds))
        }
    }

    /// With a low-water mark of half a megabyte nothing completes for many periods; what has arrived counts.
    @Test(arguments: ["/predict", "/landed"])
    func countsWhatTheLowWaterMarkHides(route: String) throws {
        var limits = Stage.smallLimits
        limits.windowBytes = 512 << 10
        limits.windowBytesPerReactor = 512 << 10
        limits.lowWaterMark = 512 << 10
        let stage = try Stage(limits: limits)
        stage.kernel.receiveWindow = 1 << 20
        let request = PlannedRequest.post(
            route + "?columns=1&kernel=maximum", Self.zeros, answer: [0, 0, 0, 0])
        // 16 s, at a bit more than what is asked: 330 KB in 5 s would be 24 s.
        let client = stage.kernel.connect(
            to: stage.listener,
            [
                .sendPieces(
                    request.bytes, sizes: 7000...7000, gaps: .milliseconds(100) ... .milliseconds(100)),
                .awaitResponse,
            ])
        try stage.runClients()
        #expect(ReceivedResponses(client.received).finals.map(\.body) == [request.answer])
        // The head's and one, at most two more: the mark did hide the rest.
        #expect(stage.total(\.bodyReceiveCompletions) <= 3)
        try stage.comeToRest()
    }

    /// The client is not to blame for the time in which another has the only window.
    @Test func gives408ToNobodyWhoWaitsForAWindow() throws {
        var limits = Stage.smallLimits
        limits.windowBytes = 4096
        limits.windowBytesPerReactor = 4096
        limits.bodyPeriod = .milliseconds(200)
        limits.bodyPeriodBytes = 1000
        var faults = Faults.none
        // A completion takes its time, and with it the only window.
        faults.delay = 1
        faults.longestDelay = .milliseconds(2)
        let stage = try Stage(faults: faults, limits: limits)
        let begin = stage.kernel.now
        let content = (0..<Self.zeros.count).map { UInt8(truncatingIfNeeded: $0 / 3) }
        let request = PlannedRequest.post(
            "/predict?columns=1&kernel=probe", content,
            answer: PlannedRequest.bytes(of: [Probe.answer(to: content)]))
        let clients = (0..<12).map { _ in
            stage.kernel.connect(to: stage.listener, [.send(request.bytes), .awaitResponse])
        }
        try stage.runClients()
        for client in clients {
            #expect(ReceivedResponses(client.received).finals.map(\.body) == [request.answer])
        }
        #expect(stage.total(\.buffersExhausted) > 100)
        // Several periods have passed.
        #expect(begin.duration(until: stage.kernel.now) > .milliseconds(600))
        try stage.comeToRest()
    }

    /// Uploads that are all there share the only window in turn: nobody has it until he is done.
    @Test func sharesTheOnlyWindowInTurn() throws {
        var limits = Stage.smallLimits
        limits.windowBytes = 4096
        limits.windowBytesPerReactor = 4096
        let stage = try Stage(limits: limits)
        let request = PlannedRequest.post("/predict?columns=1&kernel=maximum", Self.zeros)
        for _ in 0..<4 {
            stage.kernel.connect(to: stage.listener, [.send(request.bytes), .awaitResponse])
        }
        let reactor = try #require(stage.reactors[0])
        var widest = 0
        try stage.run {
            let taken = (0..<reactor.slotCount).compactMap { slot -> Int? in
                unsafe reactor.slots[slot].connection.isReadingBody
                    ? unsafe reactor.slots[slot].connection.progress.bodyBytes : nil
            }
            if taken.count == 4 { widest = max(widest, taken.max()! - taken.min()!) }
            return stage.kernel.clientsAreFinished
        }
        #expect(widest <= 128 << 10, "\(widest) bytes between the first and the last")
        try stage.comeToRest()
    }

    @Test func cutsOffWhoDoesNotTakeTheAnswer() throws {
        let stage = try Stage()
        let client = stage.kernel.connect(
            to: stage.listener, [.read(.stopped), .send(ListeningTests.hello.bytes), .pause(.seconds(20))])
        client.window = 10
        try stage.run(for: .seconds(1))
        #expect(stage.liveCount == 1)
        try stage.run(for: .milliseconds(4200))
        #expect(stage.liveCount == 0)
        try stage.runClients()
        try stage.comeToRest()
    }

    /// What matters is that it goes on: 40 KB in five seconds are slow, and a megabyte takes two minutes. The send
    /// buffer hides the progress from the sends themselves.
    @Test func servesASlowReaderToTheEnd() throws {
        let stage = try Stage()
        let begin = stage.kernel.now
        let client = stage.kernel.connect(
            to: stage.listener,
            [
                .read(.slow(bytes: 8192, every: .seconds(1))), .send(PlannedRequest.get("/long").bytes),
                .awaitResponse,
            ])
        try stage.runClients()
        #expect(ReceivedResponses(client.received).finals.map(\.body.count) == [Stage.long.count])
        #expect(begin.duration(until: stage.kernel.now) > .seconds(100))
        #expect(stage.total(\.timeouts) == 0)
        try stage.comeToRest()
    }

    /// A trickle would hold the response's memory for a day; one that stops holds it for one period.
    @Test(arguments: [(1000, 5.0), (20_000, 15.0)])
    func cutsOffAReaderThatTrickles(bytesASecond: Int, cutAfter: Double) throws {
        let stage = try Stage()
        var steps: [ClientStep] = [
            .read(.slow(bytes: bytesASecond, every: .seconds(1))), .send(PlannedRequest.get("/long").bytes),
        ]
        // The second is fast enough for ten seconds, then it stops.
        if cutAfter > 10 { steps += [.pause(.seconds(10)), .read(.stopped)] }
        let client = stage.kernel.connect(to: stage.listener, steps + [.pause(.seconds(30))])
        let begin = stage.kernel.now
        try stage.run { stage.total(\.timeouts) == 1 && stage.liveCount == 0 }
        // The clock does not begin at zero. To the end of the first period, or of the first that brings nothing.
        let seconds = begin.duration(until: stage.kernel.now) / .seconds(1)
        #expect((cutAfter...cutAfter + 0.1).contains(seconds), "\(seconds)")
        #expect(client.received.count < Stage.long.count)
        try stage.runClients()
        try stage.comeToRest()
    }

    /// What a refused client still sends is thrown away for two seconds and no longer.
    @Test func drainsForAWhile() throws {
        let request = PlannedRequest.post(
            "/predict", Self.zeros, fields: "Content-Type: application/json\r\n")
        let steps: [ClientStep] = [
            .sendPieces(request.bytes, sizes: 100...100, gaps: .milliseconds(10) ... .milliseconds(10))
        ]
        let outcome = try Self.outcome(Stage(), steps, withheld: 0)
        #expect(outcome.status == 415)
        let stage = try Stage()
        let client = stage.kernel.connect(to: stage.listener, steps)
        try stage.run(for: .seconds(1))
        #expect(stage.liveCount == 1)
        try stage.run(for: .milliseconds(1200))
        #expect(stage.liveCount == 0)
        #expect(ReceivedResponses(client.received).finals.map(\.status) == [415])
        try stage.runClients()
        try stage.comeToRest()
    }

    @Test func aClockThatJumpsLosesNobody() throws {
        var faults = Faults.none
        faults.clockJump = 0.05
        faults.longestClockJump = .seconds(40)
        for seed in UInt64(1)...20 {
            let stage = try Stage(seed: seed, faults: faults)
            for _ in 0..<6 {
                stage.kernel.connect(
                    to: stage.listener, ListeningTests.ask + ListeningTests.ask + [.awaitEnd])
            }
            try stage.runClients()
            try stage.comeToRest()
            try stage.stopAndFinish()
        }
    }
}
