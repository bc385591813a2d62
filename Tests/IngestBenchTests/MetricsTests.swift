import Testing

@testable import IngestBench

struct MetricsTests {
    @Test func readsCountersAndAddsUpTheirLabels() {
        let page = """
            # HELP sluice_bodies_total Bodies taken, whole.
            # TYPE sluice_bodies_total counter
            sluice_bodies_total{reactor="0"} 10
            sluice_bodies_total{reactor="1",note="a b"} 5
            sluice_completions_total 1.5e3
            sluice_requests_total 7 1700000000
            nonsense
            also nonsense
            """
        #expect(
            Metrics.parse(page) == [
                "sluice_bodies_total": 15, "sluice_completions_total": 1500, "sluice_requests_total": 7,
            ])
    }

    @Test func findsNothingInAnEmptyPage() {
        #expect(Metrics.parse("").isEmpty)
    }
}

struct FormattingTests {
    @Test(
        arguments: zip(
            [0, 1, 0.5, 12.346, 123.46, 1234.6, 0.0123456, -0.25, 9.9996, 1e-9],
            ["0", "1.000", "0.500", "12.35", "123.5", "1235", "0.012346", "-0.250", "10.000", "0"]))
    func writesFourDigits(value: Double, text: String) {
        #expect(decimal(value) == text)
    }

    @Test func writesTimesAsWrkDoes() {
        #expect(duration(0.0000025) == "2.500us")
        #expect(duration(0.0025) == "2.500ms")
        #expect(duration(2.5) == "2.500s")
        #expect(duration(nil) == "–")
    }

    @Test func writesBytes() {
        #expect(bytesText(1_490_000_000) == "1.490GB")
        #expect(bytesText(12) == "12.00B")
        #expect(hexadecimal([0, 255, 16]) == "00 ff 10")
    }
}
