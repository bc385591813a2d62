import Charts
import Testing

struct LogAxisTests {
    private func ticks(_ domain: ClosedRange<Double>, atMost count: Int) -> [Double] {
        LogAxis(domain: domain, ends: (0, 1)).ticks(atMost: count).map { ($0 * 1e6).rounded() / 1e6 }
    }

    @Test func marksRoundValuesAndNoMoreThanAsked() {
        #expect(ticks(0.9...11, atMost: 6) == [1, 2, 5, 10])
        #expect(ticks(0.9...1100, atMost: 6) == [1, 10, 100, 1000])
        #expect(ticks(3...3e8, atMost: 4) == [1e2, 1e4, 1e6, 1e8])
        #expect(ticks(3...3e8, atMost: 0) == [])
    }

    @Test func laysValuesOutByTheirLogarithm() {
        let axis = LogAxis(domain: 1...100, ends: (200, 100))
        #expect(abs(axis.position(10) - 150) < 1e-9)
        #expect(axis.position(0.001) == 200)
        #expect(axis.position(1e9) == 100)
    }

    @Test func hasADomainForOneValueAndNoneForNone() throws {
        let domain = try #require(LogAxis.domain(of: [5]))
        #expect(domain.lowerBound < 5 && domain.upperBound > 5)
        #expect(LogAxis.domain(of: [], including: [1]) == nil)
        #expect(LogAxis.domain(of: [0]) == nil)
    }
}
