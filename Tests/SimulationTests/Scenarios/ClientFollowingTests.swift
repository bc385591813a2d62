import SimulatedRing
import Testing
import Uring

@testable import Sluice

/// Reactors move to the CPUs of the clients whose turns they are.
@Suite struct ClientFollowingTests {
    /// Two reactors, on CPU 0 and CPU 1, with four clients each that send ten bodies of some windows.
    private struct Run {
        let stage: Stage

        init(
            _ change: (inout Limits) -> Void = { _ in }, faults: Faults = .none, clients: Int = 8,
            bodies: Int = 10, cpu: @escaping (_ client: Int) -> Int
        ) throws {
            stage = try ReceiveBufferTests.stage(faults: faults, reactors: 2) {
                $0.socketMemoryBytes = $0.socketMemoryBytes.map { 2 * $0 }
                change(&$0)
            }
            let body: [ClientStep] = [.send(ReceiveBufferTests.upload(8 << 20).bytes), .awaitResponse]
            for number in 0..<clients {
                let client = stage.kernel.connect(to: stage.listener, (0..<bodies).flatMap { _ in body })
                client.cpu = cpu(number)
            }
        }

        func play() throws -> Self {
            _ = try ReceiveBufferTests.run(stage)
            return self
        }

        var moves: Int { stage.total(\.moves) }
    }

    /// One after the other they are placed here and there, so that in one of the two orders all are on the other reactor's CPU.
    @Test func reactorsChangePlacesForClientsThatSendFromTheOthersCPU() throws {
        let moves = try [0, 1].map { first in try Run { ($0 + first) % 2 }.play().moves }
        // Each once: the next turns' clients are there too.
        #expect(moves.sorted() == [0, 2])
    }

    @Test func clientsOfOneCPUAreNotFollowed() throws {
        for cpu in [0, 1, 3] { #expect(try Run { _ in cpu }.play().moves == 0) }
    }

    /// One of sixteen is where the other reactor's clients are, and no reason for a reactor to go where the other is.
    @Test func aClientAmongTheOthersIsNotFollowed() throws {
        let moves = try [0, 1].map { first in
            try Run(clients: 16) { $0 == 15 ? first : ($0 + first) % 2 }.play().moves
        }
        #expect(moves.sorted() == [0, 2])
    }

    /// As those of one thread look that Linux moves about, and whose bytes our own ACKs let out.
    @Test func clientsThatAreOftenInEachOthersWayAreNotFollowed() throws {
        var faults = Faults()
        faults.migration = 0.5
        let run = try Run(faults: faults) { _ in 0 }
        run.stage.kernel.cpuCount = 2
        #expect(try run.play().moves == 0)
    }

    /// One each: there is no line, and perhaps a core to spare.
    @Test func clientsThatAreAloneAreNotFollowed() throws {
        for first in [0, 1] {
            #expect(try Run(clients: 2, bodies: 30) { ($0 + first) % 2 }.play().moves == 0)
        }
    }

    /// Two here and one there, who has a CPU for himself while he sends nothing.
    @Test func nobodyIsFollowedWhereAnotherReactorHasNoLine() throws {
        for first in [0, 1] {
            #expect(try Run(clients: 3, bodies: 40) { ($0 + first) % 2 }.play().moves == 0)
        }
    }

    @Test func nobodyIsFollowedWhereItIsForbidden() throws {
        for first in [0, 1] {
            #expect(try Run({ $0.followsClients = false }) { ($0 + first) % 2 }.play().moves == 0)
            #expect(try Run({ $0.pinsReactors = true }) { ($0 + first) % 2 }.play().moves == 0)
        }
    }

    /// CPUs 5 and 6 are not the server's. Clients there are in nobody's way.
    @Test func whoIsOnACPUThatIsNotTheServersIsNotFollowed() throws {
        let run = try Run { 5 + $0 % 2 }.play()
        #expect(run.moves == 0)
        #expect(run.stage.reactors.allSatisfy { $0?.clientFollowing.isOn == true })
    }

    @Test func oneAmongThemKeepsNoReactorFromFollowingTheOthers() throws {
        let moves = try [0, 1].map { first in try Run { $0 < 2 ? 9 : ($0 + first) % 2 }.play().moves }
        #expect(moves.sorted() == [0, 2])
    }

    @Test func aReactorWhoseMoveIsRefusedAsksOnce() throws {
        let refused = try [0, 1].map { first in
            let run = try Run { ($0 + first) % 2 }
            run.stage.kernel.moveErrorNumber = 1
            #expect(try run.play().moves == 0)
            return run.stage.reactors.count { $0?.clientFollowing.isOn == false }
        }
        // The other does not follow beside one that does not.
        #expect(refused.sorted() == [0, 1])
    }

    /// When all is over nobody looks at a client that has gone.
    @Test func noCPUIsTakenWhenNobodyIsReceived() throws {
        let run = try Run { $0 % 2 }.play()
        #expect(run.stage.context.clientCPUs.allSatisfy { $0.value == 0 })
    }

    @Test func whoIsMovedAboutIsFollowedAndAnsweredAllTheSame() throws {
        var faults = Faults()
        faults.migration = 0.05
        let run = try Run(faults: faults) { $0 % 2 }
        run.stage.kernel.cpuCount = 16
        #expect(try run.play().moves > 10)
    }

    /// A move that takes longer than anybody is waited for: ``Stage`` looks from when the client is.
    @Test func theTimeOfAMoveIsNotTheClients() throws {
        var faults = Faults()
        faults.migration = 0.05
        let run = try Run(faults: faults) { $0 % 2 }
        run.stage.kernel.cpuCount = 16
        run.stage.kernel.moveTime = BodyTurns.patience + .milliseconds(1)
        #expect(try run.play().moves > 10)
    }

    /// Clients that are fast, and then are waited for in vain until nobody is waited for any more and all in line come at
    /// once, each from a CPU of its own: ``Stage`` counts the moves of a turn.
    @Test func ofThoseWhoComeAtOnceOneIsFollowed() throws {
        let pause = BodyTurns.patience + .milliseconds(1)
        let run = try Run(clients: 0) { $0 }
        run.stage.kernel.cpuCount = 8
        let body: [ClientStep] = [.send(ReceiveBufferTests.upload(8 << 20).bytes), .awaitResponse]
        let paused: [ClientStep] = [
            .sendPieces(
                ReceiveBufferTests.upload(16 << 20).bytes, sizes: 2 << 20...2 << 20, gaps: pause...pause),
            .awaitResponse,
        ]
        for cpu in 0..<8 {
            let client = run.stage.kernel.connect(
                to: run.stage.listener, (0..<10).flatMap { _ in body } + paused)
            client.cpu = cpu
        }
        #expect(try run.play().moves > 10)
    }
}
