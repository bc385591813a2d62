internal import Reduction
internal import Testing

@testable internal import Sluice

struct ReductionMenuTests {
    private static func menu() -> ReductionMenu {
        var menu = ReductionMenu(columns: 2)
        menu.addRows { RowMeanStd(columns: $0) }
        menu.add { Sum() }
        return menu
    }

    private func run(
        _ runner: KernelRunner, columns: Int, _ values: [Float], scratch: UnsafeMutableRawBufferPointer
    ) -> Float {
        unsafe runner.begin(columns: columns, count: values.count, scratch: scratch)
        unsafe values.withUnsafeBytes { runner.consume(unsafe RawSpan(_unsafeBytes: $0)) }
        return runner.finish()
    }

    @Test func aRunnerIsUsedAgainWithOtherColumns() {
        let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 64, alignment: 64)
        defer { unsafe scratch.deallocate() }
        let runner = Self.menu().factories[0].makeRunner()
        let values: [Float] = [1, 1, 3, 3]
        #expect(unsafe run(runner, columns: 2, values, scratch: scratch) == 1)
        #expect(unsafe run(runner, columns: 4, values, scratch: scratch) == 0)
        #expect(unsafe run(runner, columns: 2, values, scratch: scratch) == 1)
    }

    @Test func aFactorySaysWhatItsKernelNeeds() {
        let factories = Self.menu().factories
        #expect(factories.map { String(decoding: $0.nameBytes, as: UTF8.self) } == ["row-mean-std", "sum"])
        let rows = factories[0].needs(columns: 3, count: 6)
        #expect(rows.accepts && !rows.needsCount && rows.scratchBytes == 8)
        #expect(!factories[0].needs(columns: 3, count: 7).accepts)
        #expect(factories[1].needs(columns: 3, count: 7).needsCount)
        for count in [0, 1, Int.max] {
            for columns in [1, 2, Int.max] { _ = factories[0].needs(columns: columns, count: count) }
        }
    }
}
