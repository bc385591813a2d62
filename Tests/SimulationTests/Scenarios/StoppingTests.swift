import SimulatedRing
import Testing
import Uring

@testable import Sluice

/// A graceful stop loses nothing: each request whose head arrived before our FIN is answered.
@Suite struct StoppingTests {
    static let hello = ListeningTests.hello
    static var ask: [ClientStep] { ListeningTests.ask }

    @Test func closesIdleConnectionsAfterTheGrace() throws {
        let stage = try Stage(reactors: 2)
        let clients = (0..<4).map { _ in stage.kernel.connect(to: stage.listener, Self.ask + [.awaitEnd]) }
        try stage.run(for: .milliseconds(100))
        let begin = stage.kernel.now
        try stage.stopAndFinish()
        for client in clients { #expect(ReceivedResponses(client.received).finals.map(\.closes) == [false]) }
        let took = begin.duration(until: stage.kernel.now)
        #expect(took >= .seconds(1) && took < .milliseconds(1100))
    }

    @Test func answersWhatIsInWorkAndWhatComesWithinTheGrace() throws {
        var generator = SeededGenerator(seed: 21)
        let stage = try Stage(reactors: 2)
        let upload = PlannedRequest.reduction(
            "/predict", .sum, rows: 100, columns: 100, from: &generator)
        let busy = stage.kernel.connect(
            to: stage.listener,
            [
                .sendPieces(upload.bytes, sizes: 2000...3000, gaps: .milliseconds(50) ... .milliseconds(50)),
                .awaitResponse, .awaitEnd,
            ])
        let idle = stage.kernel.connect(
            to: stage.listener, Self.ask + [.pause(.milliseconds(600))] + Self.ask + [.awaitEnd])
        let pipelined = stage.kernel.connect(
            to: stage.listener,
            Self.ask + [
                .pause(.milliseconds(300)), .send(Self.hello.bytes + Self.hello.bytes), .awaitResponse,
                .awaitEnd,
            ])
        stage.kernel.after(.milliseconds(200)) { [unowned stage] _ in stage.stop() }
        try stage.run { stage.isFinished }
        let answer = ReceivedResponses(busy.received).finals
        #expect(answer.map(\.body) == [upload.answer])
        #expect(answer.map(\.closes) == [true])
        #expect(ReceivedResponses(idle.received).finals.map(\.closes) == [false, true])
        #expect(ReceivedResponses(pipelined.received).finals.map(\.closes) == [false, true])
        try stage.checkShared()
    }

    /// For the drain delay only `/ready` is different; then the stop begins, and with it the grace and the deadline.
    @Test func acceptsAndKeepsConnectionsForTheDrainDelay() throws {
        var limits = Stage.smallLimits
        limits.drainDelay = .seconds(10)
        let stage = try Stage(reactors: 2, limits: limits)
        let ready: [ClientStep] = [.send(PlannedRequest.get("/ready").bytes), .awaitResponse]
        let before = stage.kernel.connect(to: stage.listener, ready + [.awaitEnd])
        try stage.run(for: .seconds(1))
        stage.stop()
        try stage.run(for: .milliseconds(10))
        let begin = try #require(stage.stopTime)
        let asks = stage.kernel.connect(to: stage.listener, ready)
        let late = stage.kernel.connect(
            to: stage.listener, after: .seconds(9),
            Self.ask + [.pause(.milliseconds(500))] + Self.ask + [.awaitEnd])
        let tooLate = stage.kernel.connect(to: stage.listener, after: .milliseconds(10_100), Self.ask)
        try stage.run { stage.isFinished }
        #expect(ReceivedResponses(before.received).finals.map(\.status) == [200])
        #expect(ReceivedResponses(asks.received).finals.map(\.status) == [503])
        #expect(ReceivedResponses(late.received).finals.map(\.closes) == [false, false])
        #expect(tooLate.wasRefused)
        let took = begin.duration(until: stage.kernel.now)
        #expect(took >= .seconds(11) && took < .milliseconds(11_200), "\(took)")
        try stage.checkShared()
    }

    /// A request that crosses the end of the grace: either it is answered, or it came after our FIN. Never a reset.
    @Test func neverResetsARequestThatCrossesTheEndOfTheGrace() throws {
        var answered = 0
        for step in 0..<60 {
            let stage = try Stage(seed: UInt64(step))
            let offset = Duration.microseconds(999_000 + 400 * step)
            let client = stage.kernel.connect(
                to: stage.listener,
                Self.ask + [.pause(.seconds(1) + offset)] + [.send(Self.hello.bytes), .awaitEnd])
            // Keeps the server, and so the clock, running for some seconds more.
            let upload = PlannedRequest.post("/predict?columns=1", [UInt8](repeating: 0, count: 4000))
            stage.kernel.connect(
                to: stage.listener,
                [
                    .sendPieces(
                        upload.bytes, sizes: 1000...1000, gaps: .milliseconds(900) ... .milliseconds(900)),
                    .awaitEnd,
                ])
            stage.kernel.after(.seconds(1)) { [unowned stage] _ in stage.stop() }
            try stage.run { stage.isFinished }
            #expect(!client.wasReset, "sent \(offset) after the stop")
            answered += ReceivedResponses(client.received).finals.count - 1
            let abandoned = stage.watches.flatMap(\.abandoned)
            #expect(abandoned.isEmpty)
        }
        #expect(answered > 0 && answered < 60, "the moment was not met: \(answered) answered")
    }

    @Test func cutsOffAtTheDeadline() throws {
        var limits = Stage.smallLimits
        limits.stopDeadline = .seconds(3)
        let stage = try Stage(reactors: 2, limits: limits)
        let request = PlannedRequest.post("/predict?columns=1", [UInt8](repeating: 0, count: 400_000))
        // Fast enough for every limit, and longer than the deadline.
        stage.kernel.connect(
            to: stage.listener,
            [.sendPieces(request.bytes, sizes: 8000...8000, gaps: .milliseconds(100) ... .milliseconds(100))])
        try stage.run(for: .milliseconds(500))
        let begin = stage.kernel.now
        try stage.stopAndFinish()
        let took = begin.duration(until: stage.kernel.now)
        #expect(took >= .seconds(3) && took < .milliseconds(3200))
    }

    /// Accepted before the accept could be ended, handed over when everybody else has been cut off.
    @Test func cutsOffWhoIsHandedOverAfterTheDeadline() throws {
        var limits = Stage.smallLimits
        limits.stopDeadline = .milliseconds(1)
        var faults = Faults.none
        faults.delay = 1
        let request = PlannedRequest.post("/predict?columns=1", [UInt8](repeating: 0, count: 400_000))
        for seed in UInt64(1)...20 {
            let stage = try Stage(seed: seed, faults: faults, reactors: 2, limits: limits)
            for time in 0..<6 {
                stage.kernel.connect(
                    to: stage.listener, after: .milliseconds(10 + time),
                    [
                        .sendPieces(
                            request.bytes, sizes: 8000...8000, gaps: .milliseconds(100) ... .milliseconds(100)
                        )
                    ])
            }
            stage.kernel.after(.milliseconds(15)) { [unowned stage] _ in stage.stop() }
            try stage.run { stage.isFinished }
            let took = try #require(stage.stopTime).duration(until: stage.kernel.now)
            #expect(took < .milliseconds(100), "seed \(seed)")
            try stage.checkShared()
        }
    }

    /// The deadline cuts off one who waits for memory, in the moment in which another gives his back.
    @Test func takesBackWhatWasGrantedToOneWhoWasCutOff() throws {
        var limits = MemoryTests.limits
        limits.stopDeadline = .milliseconds(200)
        limits.memoryTimeout = .seconds(20)
        var faults = Faults.none
        faults.delay = 0.5
        let request = MemoryTests.landed(1_000_000)
        for seed in UInt64(15)...25 {
            let stage = try Stage(seed: seed, faults: faults, reactors: 2, limits: limits)
            for index in 0..<6 {
                // Those that are read first end around the deadline.
                let seconds = 0.29 + 0.0005 * Double(seed) + 0.003 * Double(index % 2)
                stage.kernel.connect(to: stage.listener, MemoryTests.steps(request, over: seconds))
            }
            stage.kernel.after(.milliseconds(100)) { [unowned stage] _ in stage.stop() }
            try stage.run { stage.isFinished }
            #expect(stage.context.arena.leasedBytes == 0, "seed \(seed)")
        }
    }

    /// Every head buffer is held by uploads; whoever waits for one has sent a request, and is not to be
    /// closed as if it were idle.
    @Test func answersWhoWaitsForAHeadBuffer() throws {
        var limits = Stage.smallLimits
        limits.headBuffers = 1
        let stage = try Stage(limits: limits)
        let upload = PlannedRequest.post(
            "/predict?columns=1&kernel=minimum", [UInt8](repeating: 0, count: 200_000),
            framing: .chunked([5000]))
        let busy = stage.kernel.connect(
            to: stage.listener,
            [
                .sendPieces(upload.bytes, sizes: 5000...5000, gaps: .milliseconds(60) ... .milliseconds(60)),
                .awaitResponse,
            ])
        let waiting = stage.kernel.connect(
            to: stage.listener, after: .milliseconds(50), Self.ask + [.awaitEnd])
        try stage.run(for: .milliseconds(300))
        try stage.stopAndFinish()
        #expect(ReceivedResponses(busy.received).finals.map(\.status) == [200])
        #expect(ReceivedResponses(waiting.received).finals.count == 1)
    }
}
