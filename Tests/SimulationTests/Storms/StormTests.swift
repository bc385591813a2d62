import Glibc
import Testing

/// Random clients, random limits, random faults: each seed is a story of its own, and tells itself again exactly.
///
/// `SLUICE_SEEDS=n` runs n of them, `SLUICE_SEED=s` the one whose number was printed.
@Suite struct StormTests {
    @Test func survivesStorms() async throws {
        if let seed = Self.number("SLUICE_SEED") {
            let storm = try Storm(seed: seed)
            storm.tell()
            #expect(storm.problems.isEmpty, "\(storm.report)")
            return
        }
        let count = Self.number("SLUICE_SEEDS") ?? Self.defaultCount
        let first = Self.number("SLUICE_FIRST_SEED") ?? 1
        let begin = ContinuousClock.now
        let outcome = try await Self.run(first..<first + count)
        let seconds = (ContinuousClock.now - begin) / .seconds(1)
        print("storms: \(count) seeds, \(outcome.answers) answers, \(Int(Double(count) / seconds)) seeds/s")
        for report in outcome.reports.prefix(3) { Issue.record("\(report)") }
        #expect(outcome.reports.isEmpty, "\(outcome.reports.count) of \(count) storms")
        #expect(outcome.answers > count, "storms in which hardly anybody is answered prove little")
    }

    @Test func theSameSeedIsTheSameStory() throws {
        for seed in UInt64(1)...12 {
            let (one, other) = (try Storm(seed: seed), try Storm(seed: seed))
            #expect(one.traceHash == other.traceHash)
            #expect(one.report == other.report)
        }
        #expect(try Storm(seed: 1).traceHash != Storm(seed: 2).traceHash)
    }

    /// What depends on addresses, on hashing or on the order of another run differs between processes.
    @Test func itIsTheSameInAnotherProcess() async throws {
        let other = await #expect(
            processExitsWith: .success, observing: [\.standardOutputContent]
        ) {
            for seed in UInt64(1)...8 { try Storm(seed: seed).tell() }
        }
        let told = String(decoding: try #require(other).standardOutputContent, as: UTF8.self)
        for seed in UInt64(1)...8 {
            let line = try Storm(seed: seed).line
            #expect(told.contains("\(line)\n"), "\(told)")
        }
    }

    /// The seed is all that a failure has to say.
    @Test func aFailureSaysHowItIsSeenAgain() throws {
        let storm = try Storm(seed: 1, sabotage: Sabotage(kind: .completionLost, after: 1))
        #expect(storm.isSabotaged && !storm.problems.isEmpty)
        #expect(storm.report.contains("SLUICE_SEED=1 swift test"))
        #expect(storm.report.contains("trace \(String(storm.traceHash, radix: 16))"))
        let again = try Storm(seed: 1, sabotage: Sabotage(kind: .completionLost, after: 1))
        #expect(again.report == storm.report)
    }

    /// A debug build takes twenty times as long.
    private static var defaultCount: UInt64 {
        #if DEBUG
            300
        #else
            10_000
        #endif
    }

    private static func number(_ name: String) -> UInt64? {
        unsafe getenv(name).flatMap { unsafe UInt64(String(cString: $0)) }
    }

    private struct Outcome: Sendable {
        var reports: [String] = []
        var answers: UInt64 = 0
    }

    /// On two threads: a storm shares nothing with another.
    private static func run(_ seeds: Range<UInt64>) async throws -> Outcome {
        try await withThrowingTaskGroup(of: Outcome.self) { group in
            let lanes: UInt64 = 2
            for lane in 0..<lanes {
                group.addTask {
                    var outcome = Outcome()
                    for seed in seeds where seed % lanes == lane {
                        let storm = try Storm(seed: seed)
                        outcome.answers += UInt64(storm.answered)
                        if !storm.problems.isEmpty, outcome.reports.count < 1000 {
                            outcome.reports.append(storm.report)
                        }
                    }
                    return outcome
                }
            }
            var all = Outcome()
            for try await part in group {
                all.reports += part.reports
                all.answers += part.answers
            }
            return all
        }
    }
}
