import LoadGenerator
import Testing

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
                "sluice_bodies_total": 15, "sluice_bodies_total{reactor=\"0\"}": 10,
                "sluice_bodies_total{reactor=\"1\",note=\"a b\"}": 5,
                "sluice_completions_total": 1500, "sluice_requests_total": 7,
            ])
    }

    @Test func findsNothingInAnEmptyPage() {
        #expect(Metrics.parse("").isEmpty)
    }
}
