import SimulatedRing
import Testing
import Uring

@testable import Sluice

/// Handlers that wait for descriptors of their own. Each closes its own when it has waited: a ring that still polls it then
/// is a violation.
@Suite struct DescriptorWaitTests {
    @Test func itLastsUntilTheDescriptorIsReady() throws {
        let stage = try Stage()
        let begin = stage.kernel.now
        let received = try stage.ask([.get("/readable/1000"), .get("/writable/500"), .get("/readable/0")])
        #expect(
            received.finals.map(\.text) == ["ready after 1000\n", "ready after 500\n", "ready after 0\n"])
        let waited = begin.duration(until: stage.kernel.now)
        #expect(waited >= .milliseconds(1500) && waited < .milliseconds(1510), "\(waited)")
        try stage.comeToRest()
        try stage.stopAndFinish()
    }

    @Test func manyWaitSideBySide() throws {
        var limits = Stage.smallLimits
        limits.maxConnections = 300
        let stage = try Stage(limits: limits)
        stage.kernel.descriptorLimit = 1000
        let begin = stage.kernel.now
        let clients = (0..<300).map { _ in
            stage.kernel.connect(
                to: stage.listener, [.send(PlannedRequest.get("/readable/1000").bytes), .awaitResponse])
        }
        try stage.runClients()
        #expect(clients.allSatisfy { ReceivedResponses($0.received).finals.first?.status == 200 })
        #expect(begin.duration(until: stage.kernel.now) < .milliseconds(1200))
        try stage.comeToRest()
    }

    @Test func whatIsNotOpenIsSaid() throws {
        let stage = try Stage()
        let received = try stage.ask([.get("/not-open"), .get("/hello")])
        #expect(
            received.finals.map(\.text) == [
                "descriptor 1 cannot be waited for: Bad file descriptor\n", "hello\n",
            ])
        try stage.comeToRest()
    }

    @Test func itsTimeEndsItIn504() throws {
        var limits = Stage.smallLimits
        limits.handlerTimeout = .seconds(2)
        let stage = try Stage(limits: limits)
        let received = try stage.ask([.get("/writable/20000")])
        #expect(received.finals.map(\.status) == [504])
        try stage.comeToRest()
        #expect(stage.log.cancellations == 1)
    }

    @Test func theEndOfAStopEndsItToo() throws {
        var limits = Stage.smallLimits
        limits.stopDeadline = .seconds(1)
        let stage = try Stage(limits: limits)
        _ = stage.kernel.connect(
            to: stage.listener, [.send(PlannedRequest.get("/readable/600000").bytes), .awaitEnd])
        try stage.run { stage.reactors[0]?.descriptorWaits.count == 1 }
        try stage.stopAndFinish()
        #expect(
            stage.log.cancellations == 1 && stage.kernel.now < MonotonicInstant(nanoseconds: 5_000_000_000))
    }

    /// Resets and deadlines race with the descriptor, over queues that are full now and then.
    @Test(arguments: UInt64(1)...40) func itEndsOnceWhateverComesFirst(seed: UInt64) throws {
        var limits = Stage.smallLimits
        limits.handlerTimeout = .milliseconds(30)
        var faults = Faults.none
        faults.submissionQueueFull = 0.2
        faults.delay = 0.3
        faults.longestDelay = .milliseconds(3)
        faults.reordering = 0.3
        let stage = try Stage(seed: seed, faults: faults, reactors: 2, limits: limits)
        for index in 0..<24 {
            let wait = PlannedRequest.get("/\(index % 2 == 0 ? "readable" : "writable")/\(index % 7 * 6)")
                .bytes
            let ending: ClientStep = index % 3 == 0 ? .reset : .awaitResponse
            _ = stage.kernel.connect(
                to: stage.listener, [.send(wait), .pause(.milliseconds(index % 5 * 4)), ending])
        }
        try stage.comeToRest()
        try stage.stopAndFinish()
    }
}
