import SimulatedRing
import Testing
import Uring

@testable import Sluice

/// Who connects while a server stops: nobody waits in a backlog that nobody empties, and nobody is reset there.
@Suite struct TakeOverTests {
    static let faults: Faults = {
        var faults = Faults.none
        faults.delay = 0.3
        faults.acceptEnds = 0.2
        faults.acceptLooksLate = 0.5
        return faults
    }()

    /// Room for all of them.
    static var limits: Limits {
        var limits = Stage.smallLimits
        limits.maxConnections = 64
        return limits
    }

    /// Forty clients, one each millisecond, each asking once.
    private func crowd(_ stage: Stage, from start: Int) -> [SimulatedClient] {
        (0..<40).map {
            stage.kernel.connect(
                to: stage.listener, after: .milliseconds(start + $0), ListeningTests.ask + [.awaitEnd])
        }
    }

    @Test func answersWhoConnectedAndRefusesTheRest() throws {
        var refused = 0
        for seed in UInt64(1)...40 {
            let stage = try Stage(seed: seed, faults: Self.faults, reactors: 3, limits: Self.limits)
            let clients = crowd(stage, from: 10)
            stage.kernel.after(.milliseconds(30)) { [unowned stage] _ in stage.stop() }
            // By then all have come; no time passes without a server.
            try stage.run { stage.isFinished }
            for client in clients where !client.wasRefused {
                #expect(
                    ReceivedResponses(client.received).finals.map(\.status) == [200],
                    "seed \(seed), client \(client.number): \(client.whereabouts)")
            }
            refused += clients.count(where: \.wasRefused)
            try stage.checkShared()
        }
        #expect(refused > 0 && refused < 1600)
    }

    /// Its successor runs already: between them nobody is refused, reset, or left waiting. A newcomer of whom only an
    /// accept was told that then ended is found when the last reactor looks again.
    @Test func handsTheBacklogToASuccessorWithNobodyLost() throws {
        for seed in UInt64(1)...60 {
            let old = try Stage(
                seed: seed, faults: Self.faults, reactors: 2, limits: Self.limits, sharesListener: true)
            // Nothing but its ring may wake a server: a lost wake-up becomes a stall.
            old.kernel.clientStepsEndTurns = false
            let new = try Stage(succeeding: old, reactors: 2)
            // The last of them comes in the moment of the stop: nobody comes after it to wake anybody.
            let clients = crowd(old, from: 10)
            old.kernel.after(.milliseconds(45 + Int(seed % 6))) { [unowned old] _ in old.stop() }
            try old.kernel.drive(until: { old.isFinished && old.kernel.clientsAreFinished }) {
                try old.turn()
                try new.turn()
            }
            for client in clients {
                #expect(
                    ReceivedResponses(client.received).finals.map(\.status) == [200],
                    "seed \(seed), client \(client.number): \(client.whereabouts)")
            }
            try new.stopAndFinish()
            #expect(old.kernel.openDescriptorCount == 1, "the listening socket was closed")
        }
    }

    /// Nobody runs beside it: who comes after its last look finds the successor that is started later.
    @Test func leavesTheBacklogToASuccessorThatComesLater() throws {
        for seed in UInt64(1)...40 {
            let old = try Stage(
                seed: seed, faults: Self.faults, reactors: 2, limits: Self.limits, sharesListener: true)
            let clients = crowd(old, from: 10)
            old.kernel.after(.milliseconds(30)) { [unowned old] _ in old.stop() }
            try old.run { old.isFinished }
            let new = try Stage(succeeding: old, reactors: 1)
            try new.runClients()
            for client in clients {
                #expect(
                    ReceivedResponses(client.received).finals.map(\.status) == [200],
                    "seed \(seed), client \(client.number): \(client.whereabouts)")
            }
            try new.stopAndFinish()
        }
    }
}
