import Testing

@testable import Soak

struct VerdictTests {
    /// A way to break the sound record, and the one criterion that must see it.
    struct Break: CustomTestStringConvertible {
        let what: String
        let criterion: String
        let apply: @Sendable (inout SoakRecord) -> Void
        var testDescription: String { what }

        init(_ what: String, _ criterion: String, _ apply: @escaping @Sendable (inout SoakRecord) -> Void) {
            self.what = what
            self.criterion = criterion
            self.apply = apply
        }
    }

    static let breaks: [Break] = [
        Break("a wrong value", "answers") {
            $0.tallies[.post]?.count(.wrongAnswer("the value"))
        },
        Break("a wrong status to a bad client", "answers") {
            $0.tallies[.badFraming]?.count(.wrongAnswer("status 200"))
        },
        Break("a post without an answer", "good clients") {
            $0.tallies[.pipelining]?.count(.unexpectedEnd("reset"))
        },
        Break("no posts at all", "good clients") { $0.tallies[.post] = nil },
        Break("a trickle that goes on", "bad clients") {
            $0.tallies[.slowBody]?.count(.unexpectedEnd("not cut off"))
        },
        Break("no trickles at all", "bad clients") { $0.tallies[.slowHead] = Tally() },
        Break("a failure of the healthy client", "healthy client") { $0.healthy.failures = 1 },
        Break("a healthy client that asked nothing", "healthy client") { $0.healthy.right = 0 },
        Break("a server that ended", "server") { $0.ending.livedToTheEnd = false },
        Break("a server that crashed when told to stop", "server") { $0.ending.exitCode = nil },
        Break("a server that stopped with an error", "server") { $0.ending.exitCode = 1 },
        Break("a critical line in the log", "server") { $0.ending.criticalLines = 1 },
        Break("a completion of nobody", "server") { $0.samples[30].counters?.mistakes = 1 },
        Break("a look without an answer", "server") { $0.samples[30].counters = nil },
        Break("memory that grows steadily", "memory") { record in
            for index in record.samples.indices { record.samples[index].residentBytes += index * 60_000 }
        },
        Break("memory that grew once, late", "memory") { record in
            for index in 50..<60 { record.samples[index].residentBytes += 3 << 20 }
        },
        Break("too few looks to tell", "memory") { $0.samples = Array($0.samples[45...]) },
        Break("a descriptor that stays open", "descriptors") { $0.afterwards[0].descriptors += 1 },
        Break("a head buffer that is not back", "buffers") {
            $0.afterwards[0].counters?.headBuffersFree -= 1
        },
        Break("a window that is not back", "buffers") { $0.afterwards[0].counters?.windowsFree -= 1 },
        Break("memory still leased", "buffers") { $0.afterwards[0].counters?.leasedBytes = 4096 },
        Break("memory leased before and after", "buffers") {
            $0.baseline.leasedBytes = 4096
            $0.afterwards[0].counters?.leasedBytes = 4096
        },
        Break("a body still in flight", "buffers") { $0.afterwards[0].counters?.bodiesInFlight = 1 },
        Break("a connection still open", "buffers") { $0.afterwards[0].counters?.connectionsOpen = 2 },
        Break("a thread more", "threads") { $0.samples[40].threads = 7 },
        Break("a reactor less", "threads") { $0.afterwards[0].reactors = 1 },
        Break("a worker of Linux", "kernel workers") { $0.samples[7].kernelWorkers = 1 },
    ]

    @Test func passesWhenEverythingHolds() {
        let verdict = Verdict(.sound)
        #expect(verdict.passes, "\(verdict.lines)")
        #expect(verdict.headline == "passed")
        #expect(verdict.criteria.allSatisfy { !$0.figure.isEmpty })
    }

    @Test(arguments: breaks)
    func eachBreakIsSeenByItsCriterion(fault: Break) {
        var record = SoakRecord.sound
        fault.apply(&record)
        let verdict = Verdict(record)
        #expect(!verdict.passes)
        #expect(verdict.criteria.filter { !$0.holds }.map(\.name) == [fault.criterion], "\(verdict.lines)")
        #expect(verdict.headline == "FAILED: \(fault.criterion)")
    }

    @Test func everyCriterionIsBrokenByOne() {
        #expect(Set(Self.breaks.map(\.criterion)) == Set(Verdict(.sound).criteria.map(\.name)))
    }

    /// Nothing at all was seen: nothing has been shown.
    @Test func anEmptyRecordFailsAlmostEverything() {
        var record = SoakRecord.sound
        record.samples = []
        record.afterwards = []
        record.tallies = [:]
        record.healthy = HealthyClient.Record()
        #expect(Verdict(record).criteria.filter(\.holds).isEmpty)
    }

    /// A longer soak must have had those who are idle for too long; in a minute they cannot end.
    @Test func asksForTheKindsThatHadTheTime() {
        var record = SoakRecord.sound
        record.samples = (1...120).map { .sound(at: Double($0)) }
        record.duration = 120
        #expect(Verdict(record).headline == "FAILED: bad clients")
        record.tallies[.idleOut] = Tally(good: 2)
        #expect(Verdict(record).passes)
    }

    /// They are idle for 64 s, and their threads do not start in the first moment.
    @Test(arguments: [64.0, 65])
    func asksForNoKindThatCouldNotBegin(duration: Double) {
        var record = SoakRecord.sound
        record.samples = (1...Int(duration)).map { .sound(at: Double($0)) }
        record.duration = duration
        #expect(Verdict(record).passes, "\(Verdict(record).lines)")
    }

    /// What the runtime's allocator takes and gives back is no leak, nor is what comes before it is warm; and
    /// its pool may lose a thread that has nothing to do.
    @Test func toleratesWarmingUpAndNoise() {
        var record = SoakRecord.sound
        for index in 20..<60 { record.samples[index].threads = 5 }
        for index in record.samples.indices {
            if index < 19 { record.samples[index].residentBytes = 100_000_000 + index * 1_000_000 }
            record.samples[index].residentBytes += index % 7 * 100_000
        }
        #expect(Verdict(record).passes, "\(Verdict(record).lines)")
    }
}

struct TrendTests {
    @Test func isTheSlopeOfTheLineOfLeastSquares() throws {
        #expect(try #require(Trend([(0, 1), (1, 3), (2, 5)])).slope == 2)
        #expect(abs(try #require(Trend([(0, 0), (1, 1), (2, 0), (3, 1)])).slope - 0.2) < 1e-12)
        #expect(try #require(Trend([(5, 7), (9, 7)])).slope == 0)
    }

    @Test func isNoneForFewerThanTwoPlaces() {
        #expect(Trend([]) == nil)
        #expect(Trend([(1, 1)]) == nil)
        #expect(Trend([(1, 1), (1, 2)]) == nil)
    }
}
