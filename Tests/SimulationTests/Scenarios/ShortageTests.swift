import SimulatedRing
import Testing
import Uring

@testable import Sluice

/// Linux itself is short of memory for a while.
@Suite struct ShortageTests {
    @Test(arguments: ["/predict", "/landed"])
    func waitsWithoutSpinning(route: String) throws {
        var generator = SeededGenerator(seed: 41)
        let stage = try Stage()
        let request = PlannedRequest.reduction(route, .probe, rows: 60_000, columns: 1, from: &generator)
        let clients = (0..<4).map { _ in
            stage.kernel.connect(
                to: stage.listener,
                [
                    .sendPieces(
                        request.bytes, sizes: 20_000...20_000, gaps: .milliseconds(5) ... .milliseconds(5)),
                    .awaitResponse,
                ])
        }
        try stage.run(for: .milliseconds(20))
        stage.kernel.faults.noMemory = 1
        let turns = stage.turns
        try stage.run(for: .seconds(2))
        // Some tries a second for each, not as many as the processor can do.
        #expect(stage.turns - turns < 2000)
        #expect(stage.turns - turns > 50)
        stage.kernel.faults.noMemory = 0
        try stage.runClients()
        for client in clients {
            #expect(ReceivedResponses(client.received).finals.map(\.body) == [request.answer])
        }
        try stage.comeToRest()
        try stage.stopAndFinish()
    }
}
