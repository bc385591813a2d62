import Fixtures
import Reduction
import Testing

/// The fast loops against their scalar twins, where no fixture looks: random lengths, widths, alignments,
/// cuts and values.
struct ScalarTwinTests {
    #if DEBUG
        static let rounds = 60
        static let mostValues = 3_000
    #else
        static let rounds = 3_000
        static let mostValues = 30_000
    #endif

    @Test func twinsAnswerAsNumpy() {
        for fixture in Fixture.all {
            let values = Self.values(fixture.bytes)
            for kernel in TestedKernel.all(columns: fixture.columns) where kernel.path == .baseline {
                #expect(
                    kernel.twin(values.span).bitPattern == fixture.answers[kernel.name],
                    "\(kernel), \(fixture)")
            }
        }
    }

    @Test func fastLoopsAnswerAsTwinsOnRandomBodies() {
        var generator = SeededGenerator(seed: seed)
        for round in 0..<Self.rounds {
            let columns = Self.randomColumns(using: &generator)
            let rows = Int.random(in: 1...max(1, Self.mostValues / columns), using: &generator)
            let values = Self.randomValues(rows * columns, using: &generator)
            // The alignment of the bytes changes from 0 to 15 by what stands before them.
            let phase = Int.random(in: 0..<16, using: &generator)
            let padded = [UInt8](repeating: 0xFF, count: phase) + Fixture.bytes(of: values)
            let body = padded.rawSpan.extracting(phase...)
            let cuts = generator.cuts(of: body.byteCount, atMost: 12)
            for kernel in TestedKernel.all(columns: columns) {
                #expect(
                    kernel.answer(body, cuts: cuts, tellCount: round.isMultiple(of: 2))
                        == kernel.twin(values.span).bitPattern,
                    """
                    \(kernel), seed \(seed), round \(round), \(rows) rows of \(columns), \
                    phase \(phase), cuts \(cuts)
                    """)
            }
        }
    }

    /// Each number of values has a tree of its own: every one up to where all nodes have been seen with
    /// every tail, split nodes too.
    @Test func everyShapeAnswersAsItsTwin() {
        var generator = SeededGenerator(seed: seed)
        #if DEBUG
            let counts = Array(1...300) + Array(stride(from: 301, through: 2300, by: 37))
        #else
            let counts = Array(1...4500)
        #endif
        let values = Self.randomValues(counts.last! * 3, using: &generator)
        let bytes = Fixture.bytes(of: values)
        for count in counts {
            let three = bytes.rawSpan.extracting(..<(12 * count))
            let wanted = ScalarTwin.rowMeanStd(values.span.extracting(..<(3 * count)), columns: count)
            let sum = ScalarTwin.sum(values.span.extracting(..<count))
            for kernel in TestedKernel.all(columns: count) {
                if kernel.name == RowMeanStd.name {
                    #expect(kernel.answer(three) == wanted.bitPattern, "rows of \(count), seed \(seed)")
                } else if kernel.name == Sum.name {
                    let one = bytes.rawSpan.extracting(..<(4 * count))
                    #expect(kernel.answer(one) == sum.bitPattern, "sum of \(count), seed \(seed)")
                }
            }
        }
    }

    private static func values(_ bytes: [UInt8]) -> [Float] {
        (0..<bytes.count / 4).map { index in
            let word = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[4 * index + $1]) << (8 * UInt32($1)) }
            return Float(bitPattern: word)
        }
    }

    private static func randomColumns(using generator: inout SeededGenerator) -> Int {
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: Int.random(in: 1...16, using: &generator)
        case 1: Int.random(in: 17...300, using: &generator)
        case 2: Int.random(in: 301...mostValues, using: &generator)
        default:
            [1, 7, 8, 100, 128, 129, 143, 1000, 1004, 1087, 1088, 2500].randomElement(using: &generator)!
        }
    }

    /// Of one kind for the whole body: everyday numbers, numbers of all magnitudes, or any bits at all.
    private static func randomValues(_ count: Int, using generator: inout SeededGenerator) -> [Float] {
        let kind = Int.random(in: 0..<6, using: &generator)
        var values = (0..<count).map { _ in
            switch kind {
            case 0, 1: Float.random(in: -1...1, using: &generator)
            case 2: Float(bitPattern: UInt32.random(in: 0...0x7F7F_FFFF, using: &generator))
            case 3: Float(bitPattern: UInt32.random(in: 0...0x7F_FFFF, using: &generator))  // subnormal
            case 4: Bool.random(using: &generator) ? Float(-0.0) : 0.0
            default: -Float.random(in: 0...3e38, using: &generator)
            }
        }
        let special: Float? =
            switch Int.random(in: 0..<8, using: &generator) {
            case 0: .nan
            case 1: .infinity
            case 2: -.infinity
            case 3: Float(bitPattern: 0xFFC0_0123)
            case 4: Float(bitPattern: 0x7F80_0001)  // a signalling NaN
            default: nil
            }
        if let special { values[Int.random(in: 0..<count, using: &generator)] = special }
        return values
    }
}
