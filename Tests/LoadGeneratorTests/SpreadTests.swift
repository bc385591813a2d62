import Testing

@testable import LoadGenerator

struct SpreadTests {
    @Test(arguments: zip([[3], [3, 1], [5, 1, 3], [4, 1, 3, 2]], [3, 2, 3, 2.5]))
    func takesTheMiddle(values: [Double], median: Double) throws {
        #expect(try #require(Spread(values)).median == median)
    }

    @Test func knowsItsEnds() throws {
        let spread = try #require(Spread([2, 9, 4]))
        #expect(spread.minimum == 2)
        #expect(spread.maximum == 9)
    }

    @Test func isNothingWithoutValues() {
        #expect(Spread([]) == nil)
    }

    @Test func dividesRoundByRound() throws {
        // The ratio of the medians would be 2/20; the rounds say otherwise.
        let one = try #require(Spread([1, 2, 30]))
        let other = try #require(Spread([1, 20, 30]))
        #expect(one.ratios(to: other)?.values == [1, 0.1, 1])
        #expect(one.ratios(to: other)?.median == 1)
    }

    @Test func doesNotDivideByZeroNorPairUnlikeRounds() throws {
        let one = try #require(Spread([1, 2]))
        #expect(one.ratios(to: try #require(Spread([1, 0]))) == nil)
        #expect(one.ratios(to: try #require(Spread([1]))) == nil)
    }
}

struct LatenciesTests {
    @Test func givesPercentilesToThreeDigits() throws {
        var latencies = Latencies()
        for microseconds in UInt64(1)...10_000 { latencies.record(nanoseconds: microseconds * 1000) }
        #expect(abs(try #require(latencies.percentile(50)) - 0.005) < 0.000_01)
        #expect(abs(try #require(latencies.percentile(99)) - 0.0099) < 0.000_02)
        #expect(abs(try #require(latencies.longest) - 0.01) < 0.000_02)
    }

    /// A small request on one machine takes some ten microseconds: half of one is much of it.
    @Test(arguments: [1_234 as UInt64, 20_480, 20_500])
    func tellsTimesOfMicrosecondsApart(nanoseconds: UInt64) throws {
        var latencies = Latencies()
        // The longest of all is kept as it is.
        for time in [nanoseconds, nanoseconds, 10 * nanoseconds] { latencies.record(nanoseconds: time) }
        let median = try #require(latencies.percentile(50))
        #expect(abs(median * 1e9 - Double(nanoseconds)) <= Double(nanoseconds) / 1000)
    }

    @Test func addsUpOverWorkers() throws {
        var one = Latencies()
        var other = Latencies()
        one.record(nanoseconds: 1_000_000)
        other.record(nanoseconds: 3_000_000)
        one.add(other)
        #expect(one.count == 2)
        #expect(abs(try #require(one.longest) - 0.003) < 0.000_01)
    }

    @Test func hasNoPercentilesWithoutRequests() {
        #expect(Latencies().percentile(50) == nil)
        #expect(Latencies().longest == nil)
    }
}
