import SimulatedRing
import Testing

@testable import Sluice

/// Short answers, which leave at once where a request came alone, and through the ring where several came together.
@Suite struct ShortAnswerTests {
    static let request = PlannedRequest.get("/hello", answer: "hello\n")

    @Test func answersRequestsThatComeAloneAtOnce() throws {
        let stage = try Stage()
        let client = stage.kernel.connect(
            to: stage.listener, (0..<20).flatMap { _ in [.send(Self.request.bytes), .awaitResponse] })
        try stage.runClients()
        #expect(ReceivedResponses(client.received).finals.count == 20)
        #expect(stage.watches[0].sentNow == 20)
        #expect(stage.watches[0].sendsQueued == 0)
        try stage.comeToRest()
    }

    @Test func answersRequestsThatComeTogetherThroughTheRing() throws {
        let stage = try Stage()
        // Whoever is accepted in one turn has its request taken in the same turn as the others.
        let clients = (0..<8).map { _ in
            stage.kernel.connect(
                to: stage.listener,
                [.pause(.milliseconds(5)), .send(Self.request.bytes), .awaitResponse])
        }
        try stage.runClients()
        #expect(clients.allSatisfy { ReceivedResponses($0.received).finals.count == 1 })
        #expect(stage.watches[0].sendsQueued == 8)
        #expect(stage.watches[0].sentNow == 0)
        try stage.comeToRest()
    }

    /// Nobody waits for more than one answer of another.
    @Test func answersOneInATurnOfManySentAhead() throws {
        let stage = try Stage()
        let count = 200
        let greedy = stage.kernel.connect(
            to: stage.listener,
            [.send((0..<count).flatMap { _ in Self.request.bytes })] + (0..<count).map { _ in .awaitResponse }
        )
        var answered = 0
        try stage.run {
            let now = stage.total(\.responses2xx)
            defer { answered = now }
            #expect(now - answered <= 1)
            return greedy.isFinished
        }
        #expect(ReceivedResponses(greedy.received).finals.count == count)
        #expect(stage.watches[0].sentNow <= 1)
        try stage.comeToRest()
    }

    @Test func sendsTheRestOfAnAnswerThatWasTakenInPart() throws {
        var faults = Faults.none
        faults.shortSend = 1
        let stage = try Stage(faults: faults)
        let client = stage.kernel.connect(
            to: stage.listener, (0..<20).flatMap { _ in [.send(Self.request.bytes), .awaitResponse] })
        try stage.runClients()
        #expect(
            ReceivedResponses(client.received).finals.map(\.text) == Array(repeating: "hello\n", count: 20))
        #expect(stage.watches[0].sendsQueued >= 20)
        try stage.comeToRest()
    }

    @Test func waitsInTheRingForAClientThatTakesLittle() throws {
        let stage = try Stage()
        let client = stage.kernel.connect(
            to: stage.listener,
            [
                .read(.stopped), .send(Self.request.bytes), .pause(.milliseconds(50)), .read(.free),
                .awaitResponse,
            ])
        client.window = 16
        try stage.run(for: .milliseconds(20))
        #expect(stage.watches[0].sentNow == 1)
        #expect(stage.watches[0].sendsQueued == 1)
        try stage.runClients()
        #expect(ReceivedResponses(client.received).finals.map(\.text) == ["hello\n"])
        try stage.comeToRest()
    }
}
