import Fixtures
import Reduction
import Testing

/// What `ReductionKernel` promises beside the answer.
struct ContractTests {
    static let counts = [
        0, 1, 2, 99, 2499, 2500, 2501, 7_500_000, .max / 4 - 1, .max / 4, .max / 2, .max - 1, .max,
    ]

    @Test(arguments: [1, 2, 3, 7, 2500, .max])
    func scratchNeverFallsAsCountGrowsAndSaturates(columns: Int) {
        for kernel in TestedKernel.all(columns: columns) {
            let bytes = Self.counts.map { kernel.kernel.scratchBytes(count: $0) }
            #expect(bytes == bytes.sorted())
            #expect(bytes[0] == 0)
        }
        if columns == 1 { #expect(RowMeanStd(columns: 1).scratchBytes(count: .max) == .max) }
    }

    @Test func rowMeanStdNeedsFourBytesARow() {
        #expect(RowMeanStd(columns: 2500).scratchBytes(count: 7_500_000) == 12_000)
        #expect(RowMeanStd(columns: 1).scratchBytes(count: 7) == 28)
    }

    @Test func acceptsOneValueNeverNoneAndOnlyWholeRows() {
        for kernel in TestedKernel.all(columns: 2500) {
            #expect(!kernel.kernel.accepts(count: 0))
            #expect(kernel.kernel.accepts(count: 1))
            #expect(kernel.kernel.accepts(count: 7_500_000))
            #expect(kernel.kernel.accepts(count: 2499) == (kernel.name != RowMeanStd.name))
        }
    }

    @Test func onlySumAndMeanNeedTheCount() {
        for kernel in TestedKernel.all(columns: 3) {
            #expect(kernel.kernel.needsCount == [Sum.name, Mean.name].contains(kernel.name))
        }
    }

    @Test func oneValueHasNoSpreadWhateverTheColumns() {
        for columns in [1, 2, 7, 8, 2500, 100_003] {
            for value in [Float(0.1), -0.0, 3e38, .leastNonzeroMagnitude, .infinity, -.infinity, .nan, -.nan]
            {
                let bytes = Fixture.bytes(of: [value])
                for kernel in TestedKernel.all(columns: columns) where kernel.name == RowMeanStd.name {
                    for tellCount in [true, false] {
                        let answer = kernel.answer(bytes.rawSpan, cuts: [0, 3], tellCount: tellCount)
                        #expect(answer == (value.isFinite ? 0 : 0x7FC0_0000), "\(columns) columns, \(value)")
                    }
                }
            }
        }
    }

    @Test func kernelCanBeBegunAgainInTheMiddle() {
        var kernel = RowMeanStd(columns: 1000)
        let values = (0..<3000).map { Float($0) }
        let bytes = Fixture.bytes(of: values)
        let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 12, alignment: 4)
        defer { unsafe scratch.deallocate() }
        unsafe kernel.begin(count: 3000, scratch: scratch)
        kernel.consume(bytes.rawSpan.extracting(..<4321))
        unsafe kernel.begin(count: nil, scratch: scratch)
        kernel.consume(bytes.rawSpan)
        #expect(kernel.finish() == ScalarTwin.rowMeanStd(values.span, columns: 1000))
    }

    @Test func emptyPiecesChangeNothing() {
        let values = (0..<300).map { Float($0) * 0.1 }
        let bytes = Fixture.bytes(of: values)
        for kernel in TestedKernel.all(columns: 150) {
            let answer = kernel.answer(bytes.rawSpan, cuts: [0, 0, 5, 5, 6, 6, 601, 601, 1200, 1200])
            #expect(answer == kernel.twin(values.span).bitPattern)
        }
    }

    @Test func selectedPathIsTheBestSupported() {
        #expect(VectorPath.supported.contains(.baseline))
        #expect(VectorPath.selected == VectorPath.supported.last)
    }

    @Test func trapsOnMoreValuesThanAnnounced() async {
        await #expect(processExitsWith: .failure) {
            var kernel = Sum()
            unsafe kernel.begin(count: 1, scratch: UnsafeMutableRawBufferPointer(start: nil, count: 0))
            kernel.consume([UInt8](repeating: 0, count: 8).rawSpan)
        }
    }

    @Test func trapsOnMoreRowsThanTheScratchHolds() async {
        await #expect(processExitsWith: .failure) {
            var kernel = RowMeanStd(columns: 1)
            let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 4, alignment: 4)
            unsafe kernel.begin(count: nil, scratch: scratch)
            kernel.consume([UInt8](repeating: 0, count: 8).rawSpan)
        }
    }

    @Test func trapsOnBytesThatEndInsideAFloat() async {
        await #expect(processExitsWith: .failure) {
            var kernel = Minimum()
            unsafe kernel.begin(count: nil, scratch: UnsafeMutableRawBufferPointer(start: nil, count: 0))
            kernel.consume([UInt8](repeating: 0, count: 5).rawSpan)
            _ = kernel.finish()
        }
    }
}
