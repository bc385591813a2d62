import Charts
import Testing

struct LinearAxisTests {
    @Test(arguments: zip([[0, 3.2], [870], []], [[0, 1, 2, 3, 4], [0, 500, 1000], [0, 0.5, 1, 1.5]]))
    func beginsAtZeroAndEndsAtARoundNumber(values: [Double], ticks: [Double]) {
        let axis = LinearAxis(toInclude: values, ends: (100, 0))
        #expect(axis.ticks(atMost: 4) == ticks)
        #expect(values.allSatisfy { $0 < axis.domain.upperBound })
        #expect(axis.position(0) == 100 && axis.position(axis.domain.upperBound) == 0)
    }

    @Test func laysValuesOutEvenlyAndHoldsThemInside() {
        let axis = LinearAxis(domain: 10...20, ends: (0, 100))
        #expect(axis.position(15) == 50)
        #expect(axis.position(-5) == 0 && axis.position(50) == 100)
        #expect(LinearAxis(domain: 5...5, ends: (0, 100)).position(5) == 0)
    }
}

struct TickTextTests {
    @Test(arguments: [
        (0, "0"), (0.5, "0.5"), (0.05, "0.05"), (20, "20"), (1000, "1000"), (10_000, "10,000"),
        (1_234_567, "1,234,567"), (2.5, "2.5"), (-10_000, "-10,000"),
    ])
    func writesRoundNumbers(value: Double, text: String) {
        #expect(tickText(value) == text)
    }
}
