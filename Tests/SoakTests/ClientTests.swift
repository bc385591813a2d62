import ArgumentParser
import LoadGenerator
import Testing

@testable import Soak

struct ClientKindTests {
    @Test func everyKindCanEndWithinTheShortestSoakButWhoIsIdleForAMinute() {
        for kind in ClientKind.allCases where kind != .idleOut {
            #expect(kind.longest <= .seconds(30), "\(kind)")
            #expect(kind.count > 0)
        }
    }
}

struct CutsTests {
    @Test(arguments: [1, 2, 40], [1, 4, 60_000])
    func piecesAreTheWholeInOrder(count: Int, byteCount: Int) {
        var random = SplitMix64(state: 1)
        for _ in 0..<50 {
            let pieces = Cuts(of: byteCount, atMost: count, using: &random).pieces
            #expect(pieces.count <= count)
            #expect(pieces.allSatisfy { !$0.isEmpty })
            #expect(pieces.first?.lowerBound == 0 && pieces.last?.upperBound == byteCount)
            #expect(zip(pieces, pieces.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
        }
    }
}

struct SoakSettingsTests {
    private func settings(_ arguments: String...) throws -> SoakSettings {
        try SoakSettings(try SoakOptions.parse(arguments))
    }

    @Test func lastsAMinuteUnlessTold() throws {
        #expect(try settings().duration == .seconds(60))
        #expect(try settings("--duration", "20m").duration == .seconds(1200))
        #expect(try settings("--body", "landed").body == .landed)
    }

    @Test(arguments: [
        ["--duration", "29s"], ["--duration", "long"], ["--threads", "0"], ["--body", "floating"],
        ["--seed", "-1"],
    ])
    func refusesWhatMakesNoSense(arguments: [String]) {
        #expect(throws: (any Error).self) { try SoakSettings(try SoakOptions.parse(arguments)) }
    }
}

struct CountersTests {
    private let page = """
        sluice_connections_open 3
        sluice_bodies_in_flight 2
        sluice_head_buffers_free 1000
        sluice_windows_free 4
        sluice_memory_leased_bytes 4096
        sluice_timeouts_total 5
        sluice_stale_completions_total 1
        sluice_kernel_refusals_total 2
        sluice_responses_total{class="2xx"} 10
        sluice_responses_total{class="3xx"} 0
        sluice_responses_total{class="4xx"} 7
        sluice_responses_total{class="5xx"} 1

        """

    @Test func readsWhatTheServerSays() throws {
        let counters = try #require(Sample.Counters(page: Metrics.parse(page)))
        #expect(counters.connectionsOpen == 3 && counters.bodiesInFlight == 2)
        #expect(counters.headBuffersFree == 1000 && counters.windowsFree == 4)
        #expect(counters.leasedBytes == 4096 && counters.timeouts == 5 && counters.mistakes == 3)
        #expect(counters.responses == [10, 0, 7, 1])
    }

    /// A sample that were taken for zero would hide what it counts.
    @Test func isNoneWhenASampleIsMissing() {
        for line in page.split(separator: "\n") {
            let rest = page.split(separator: "\n").filter { $0 != line }.joined(separator: "\n")
            #expect(Sample.Counters(page: Metrics.parse(rest)) == nil, "\(line)")
        }
    }
}
