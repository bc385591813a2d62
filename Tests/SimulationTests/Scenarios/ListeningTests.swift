import SimulatedRing
import Testing
import Uring

@testable import Sluice

/// Accepting, and what stands in its way.
@Suite struct ListeningTests {
    static let hello = PlannedRequest.get("/hello", answer: "hello\n")
    static var ask: [ClientStep] { [.send(hello.bytes), .awaitResponse] }

    /// Nothing but its own next turn would have woken the server for what it could not arm.
    @Test func armsWhatFoundTheQueueFull() throws {
        let stage = try Stage()
        stage.kernel.clientStepsEndTurns = false
        stage.kernel.faults.submissionQueueFull = 1
        for _ in 0..<3 { try stage.turn() }
        stage.kernel.faults.submissionQueueFull = 0
        let client = stage.kernel.connect(to: stage.listener, after: .seconds(1), Self.ask)
        try stage.runClients()
        #expect(ReceivedResponses(client.received).finals.map(\.status) == [200])
        try stage.comeToRest()
        stage.stop()
        // The message of the stop is read in this turn, the accept cannot be ended in the next.
        try stage.run { stage.reactors[0]?.isStopping ?? true }
        stage.kernel.faults.submissionQueueFull = 1
        for _ in 0..<3 { try stage.turn() }
        stage.kernel.faults.submissionQueueFull = 0
        try stage.run(timeLimit: .seconds(1)) { stage.isFinished }
    }

    @Test func pausesWhereDescriptorsAreShortAndAnswersEveryoneInTheEnd() throws {
        let stage = try Stage(reactors: 2)
        // The listener, a spare for each reactor, two clients.
        stage.kernel.descriptorLimit = 5
        let clients = (0..<10).map { _ in stage.kernel.connect(to: stage.listener, Self.ask) }
        try stage.runClients()
        let told = clients.map { ReceivedResponses($0.received).finals.map(\.status) }
        #expect(told.allSatisfy { $0 == [200] || $0 == [503] })
        #expect(told.contains([200]))
        #expect(stage.total(\.acceptFailures) > 0)
        // A pause between attempts: no spinning on a full descriptor table.
        #expect(stage.total(\.acceptFailures) < 40)
        try stage.comeToRest()
        try stage.stopAndFinish()
    }

    /// Every descriptor is taken, and nobody leaves: who comes is told so at once, one after the other, and does not
    /// hang in the backlog.
    @Test func tellsWhoComesWhenDescriptorsAreShort() throws {
        let stage = try Stage()
        // The listener, the spare, three clients.
        stage.kernel.descriptorLimit = 5
        let settled = (0..<3).map { _ in
            stage.kernel.connect(to: stage.listener, Self.ask + [.pause(.seconds(5))] + Self.ask)
        }
        let begin = stage.kernel.now
        let late = (0..<4).map { number in
            stage.kernel.connect(
                to: stage.listener, after: .milliseconds(100 + number), Self.ask + [.awaitEnd])
        }
        try stage.run { late.allSatisfy { $0.isFinished } }
        for client in late {
            let answer = try #require(ReceivedResponses(client.received).finals.first)
            #expect(answer.status == 503 && answer.closes && answer.fields["retry-after"] == "1")
        }
        #expect(begin.duration(until: stage.kernel.now) < .seconds(2))
        #expect(stage.total(\.connectionsRefused) == 4)
        #expect(stage.total(\.acceptFailures) >= 4)
        // Those who were there have noticed nothing; with a descriptor free again, the next is served.
        try stage.run { settled.allSatisfy { $0.isFinished } }
        for client in settled {
            #expect(ReceivedResponses(client.received).finals.map(\.status) == [200, 200])
        }
        let next = stage.kernel.connect(to: stage.listener, Self.ask)
        try stage.runClients()
        #expect(ReceivedResponses(next.received).finals.map(\.status) == [200])
        #expect(stage.reactors[0]?.spare != nil)
        try stage.comeToRest()
        try stage.stopAndFinish()
    }

    /// A pause that runs while the server stops must not keep it turning.
    @Test func stopsInTheMiddleOfAPause() throws {
        let stage = try Stage()
        // The listener, the spare, one client.
        stage.kernel.descriptorLimit = 3
        let first = stage.kernel.connect(
            to: stage.listener, [.send(Self.hello.bytes), .awaitResponse, .pause(.milliseconds(700))])
        for _ in 0..<2 { stage.kernel.connect(to: stage.listener, after: .milliseconds(5), [.awaitEnd]) }
        // The first of the two came by the spare descriptor; for the other there is none.
        try stage.run { stage.total(\.acceptFailures) > 1 }
        let turns = stage.turns
        stage.stop()
        try stage.run { stage.isFinished }
        #expect(ReceivedResponses(first.received).finals.map(\.status) == [200])
        #expect(stage.turns - turns < 100)
        try stage.checkShared()
    }

    /// Whoever has the socket, too, can do that at any time. Armed again at once, an accept fails at once.
    @Test func doesNotSpinWhereSomebodyElseHasShutTheListener() throws {
        let stage = try Stage()
        let settled = stage.kernel.connect(
            to: stage.listener, Self.ask + [.pause(.seconds(3))] + Self.ask)
        try stage.run(for: .milliseconds(100))
        SimulatedRing(stage.kernel).shutdown(stage.listener)
        let turns = stage.turns
        try stage.run(for: .seconds(1))
        #expect(stage.turns - turns < 20)
        #expect(stage.total(\.acceptFailures) > 0)
        // Who was there has noticed nothing, and the stop neither.
        try stage.runClients()
        #expect(ReceivedResponses(settled.received).finals.map(\.status) == [200, 200])
        try stage.comeToRest()
        #expect(stage.total(\.acceptFailures) < 10)
        try stage.stopAndFinish()
    }

    @Test func aFullServerSaysSoAndTakesWhoComesLater() throws {
        var limits = Stage.smallLimits
        limits.maxConnections = 3
        let stage = try Stage(reactors: 2, limits: limits)
        let settled = (0..<3).map { _ in
            stage.kernel.connect(to: stage.listener, Self.ask + [.pause(.seconds(2))] + Self.ask)
        }
        let early = (0..<4).map { _ in
            stage.kernel.connect(to: stage.listener, after: .milliseconds(100), Self.ask + [.awaitEnd])
        }
        let late = (0..<3).map { _ in
            stage.kernel.connect(to: stage.listener, after: .milliseconds(2200), Self.ask)
        }
        try stage.runClients()
        for client in settled {
            #expect(ReceivedResponses(client.received).finals.map(\.status) == [200, 200])
        }
        // Told, or left in the backlog until there was room; never dropped without a word.
        for client in early + late {
            let answer = try #require(ReceivedResponses(client.received).finals.first)
            #expect(answer.status == 200 || (answer.status == 503 && answer.fields["retry-after"] != nil))
        }
        #expect(stage.total(\.connectionsRefused) > 0)
        try stage.comeToRest()
        try stage.stopAndFinish()
    }

    /// A crowd that has to be refused must not take the slots of those who are given a place.
    @Test func aCrowdThatIsRefusedLeavesThePlacesToThePlaced() throws {
        var limits = Stage.smallLimits
        limits.maxConnections = 3
        let stage = try Stage(reactors: 2, limits: limits)
        func connect(at time: Int, staying pause: Int) -> SimulatedClient {
            stage.kernel.connect(
                to: stage.listener, after: .milliseconds(time), Self.ask + [.pause(.milliseconds(pause))])
        }
        // Whoever is refused stays to the end of the drain, two seconds, on either reactor.
        func crowd(at time: Int) {
            for _ in 0..<100 {
                stage.kernel.connect(to: stage.listener, after: .milliseconds(time), [.pause(.seconds(9))])
            }
        }
        var placed = [300, 900, 3000].map { connect(at: 0, staying: $0) }
        crowd(at: 100)
        placed.append(connect(at: 500, staying: 3000))
        crowd(at: 600)
        crowd(at: 700)
        for time in 0..<3 { placed.append(connect(at: 1000 + 20 * time, staying: 0)) }
        try stage.run { placed.allSatisfy { $0.isFinished } }
        for client in placed {
            #expect(!ReceivedResponses(client.received).finals.isEmpty, "client \(client.number)")
        }
        try stage.run(for: .seconds(30))
        try stage.comeToRest()
        try stage.stopAndFinish()
    }
}
