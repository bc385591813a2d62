import ArgumentParser
import LoadGenerator
import Sizes
import Testing

@testable import IngestBench

struct SweepPlanTests {
    private func settings(_ arguments: String...) throws -> SweepSettings {
        try SweepSettings(try SweepOptions.parse(arguments))
    }

    private func plan(
        memory: Int? = 24_000_000_000, descriptors: Int = 20_000, _ arguments: String...
    ) throws -> SweepPlan {
        SweepPlan(
            settings: try SweepSettings(try SweepOptions.parse(arguments)),
            room: Room(memory: memory, descriptors: descriptors))
    }

    @Test func measuresEverySizeAtEveryNumberOfConnections() throws {
        let settings = try settings("--sizes", "4KB, 4,4KB", "--connections", "8,1")
        #expect(
            settings.cells == [
                SweepCell(bodySize: 4, connections: 1), SweepCell(bodySize: 4, connections: 8),
                SweepCell(bodySize: 4000, connections: 1), SweepCell(bodySize: 4000, connections: 8),
            ])
        let cells = try self.settings().cells
        #expect(cells.count == 40)
        #expect(cells.last == SweepCell(bodySize: 256_000_000, connections: 1000))
    }

    @Test(arguments: [
        ["--sizes", ""], ["--sizes", "4,,8"], ["--sizes", "5"], ["--sizes", "four"],
        ["--connections", "0"], ["--connections", "-1"], ["--connections", "many"],
        ["--cell-duration", "0s"], ["--cell-duration", "soon"], ["--rounds", "0"], ["--threads", "0"],
        ["--connections", "1000001"], ["--cell-duration", "1441m"],
    ])
    func refusesWhatMakesNoSense(arguments: [String]) {
        #expect(throws: (any Error).self) { try SweepSettings(try SweepOptions.parse(arguments)) }
    }

    @Test func sharesACellsTimeAmongItsRounds() throws {
        let settings = try settings("--cell-duration", "30ms", "--rounds", "3", "--window-size", "1MiB")
        let cell = try settings.settings(of: settings.cells[0], .landed)
        guard case .duration(let round) = cell.extent(ofRound: 0) else {
            Issue.record("a time")
            return
        }
        #expect(round == .milliseconds(10))
        #expect(cell.warmUp == .milliseconds(30))
        guard case .sluice(let setUp) = cell.server else {
            Issue.record("a server of its own")
            return
        }
        #expect(setUp.body == .landed)
        #expect(setUp.windowSize?.bytes == 1 << 20)
    }

    @Test func skipsTheServersWhoseBuffersDoNotFit() throws {
        let plan = try plan()
        // 30 GB of bodies under way, of which only two servers hold any.
        let crowd = SweepCell(bodySize: 30_000_000, connections: 1000)
        #expect(try plan.series(in: crowd) == [.streamed, .discard])
        #expect(try plan.refusal(of: .sink, in: crowd)?.contains("30.00GB") == true)
        let few = SweepCell(bodySize: 30_000_000, connections: 64)
        #expect(try plan.series(in: few) == SweepSeries.allCases)
        let small = try self.plan(memory: 3_000_000_000)
        #expect(try small.series(in: few) == [.streamed, .discard])
    }

    @Test func skipsWhatTakesManyTimesItsTime() throws {
        let plan = try plan()
        let cell = SweepCell(bodySize: 256_000_000, connections: 1000)
        #expect(try plan.series(in: cell).isEmpty)
        #expect(try plan.refusal(of: .discard, in: cell)?.contains("256.0GB") == true)
    }

    @Test func skipsWhatTheClientHasNoRoomFor() throws {
        let cell = SweepCell(bodySize: 256_000_000, connections: 1)
        #expect(try plan(memory: 700_000_000).series(in: cell).isEmpty)
        #expect(try plan(memory: 1_000_000_000).series(in: cell).contains(.streamed))
        // With sendfile the body is in memory twice.
        #expect(try plan(memory: 1_000_000_000, "--sender", "sendfile").series(in: cell).isEmpty)
        let crowd = SweepCell(bodySize: 4, connections: 1000)
        #expect(try plan(descriptors: 1024).series(in: crowd).isEmpty)
        #expect(try plan(memory: nil).series(in: crowd) == SweepSeries.allCases)
    }
}
