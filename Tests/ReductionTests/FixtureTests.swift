import Fixtures
import Reduction
import Testing

/// numpy's own answers, whole and cut. Loops rather than arguments: two thousand cases would bury the log.
struct FixtureTests {
    @Test func fixturesCoverTheShapesTheRuleNames() {
        let columns = Set(Fixture.all.map(\.columns))
        #expect(columns.isSuperset(of: [1, 7, 8, 128, 129, 2500]))
        #if !DEBUG
            #expect(columns.contains(100_003))
            let ramps = Fixture.all.filter { $0.source == "ramp" && $0.count == 7_500_000 }
            #expect(Set(ramps.map(\.columns)).isSuperset(of: [2500, 3000]))
        #endif
        #expect(Fixture.all.contains { $0.count == 1 })
        #expect(Fixture.all.count > 800)
    }

    @Test func wholeBodyAnswersAsNumpy() {
        for fixture in Fixture.all {
            let bytes = fixture.bytes
            for kernel in TestedKernel.all(columns: fixture.columns) {
                for tellCount in [true, false] {
                    let answer = kernel.answer(bytes.rawSpan, tellCount: tellCount)
                    #expect(answer == fixture.answers[kernel.name], "\(kernel), \(fixture)")
                }
            }
        }
    }

    @Test func bodyCutAtEveryByteAnswersAsNumpy() {
        for fixture in Fixture.all where fixture.isSmall {
            let bytes = fixture.bytes
            for kernel in TestedKernel.all(columns: fixture.columns) {
                let wrong = (0...bytes.count).filter { cut in
                    kernel.answer(bytes.rawSpan, cuts: [cut]) != fixture.answers[kernel.name]
                }
                #expect(wrong.isEmpty, "\(kernel), \(fixture), wrong when cut at \(wrong)")
            }
        }
    }

    @Test func bodyCutAtRandomAnswersAsNumpy() {
        var generator = SeededGenerator(seed: seed)
        for fixture in Fixture.all where fixture.count > 32 {
            let bytes = fixture.bytes
            for kernel in TestedKernel.all(columns: fixture.columns) {
                for _ in 0..<(fixture.count > 20_000 ? 2 : 4) {
                    let cuts = generator.cuts(of: bytes.count, atMost: 40)
                    let answer = kernel.answer(bytes.rawSpan, cuts: cuts)
                    #expect(
                        answer == fixture.answers[kernel.name],
                        "\(kernel), \(fixture), seed \(seed), cuts \(cuts)")
                }
            }
        }
    }

    @Test func bodyGivenByteByByteAnswersAsNumpy() {
        for fixture in Fixture.all where fixture.count <= 144 {
            let bytes = fixture.bytes
            for kernel in TestedKernel.all(columns: fixture.columns) {
                let answer = kernel.answer(bytes.rawSpan, cuts: Array(0...bytes.count), tellCount: false)
                #expect(answer == fixture.answers[kernel.name], "\(kernel), \(fixture)")
            }
        }
    }
}

extension Fixture {
    /// Small enough for as many runs as it has bytes; in a debug build that is less.
    fileprivate var isSmall: Bool {
        #if DEBUG
            count <= 36 || (count <= 264 && name.hasPrefix("uniform"))
        #else
            count <= 264
        #endif
    }
}
