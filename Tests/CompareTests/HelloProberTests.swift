import LoadGenerator
import Testing

@testable import Compare

struct HelloProberTests {
    /// A server that refuses at once would else be the fastest of all.
    @Test func whatIsNotAnsweredHasWaitedAsLongAsItMay() throws {
        var ports = FreePorts()
        let nobody = try #require(Endpoint(host: "127.0.0.1", port: try ports.next()))
        let record = try HelloProber.probe(nobody, for: .milliseconds(100), patience: .seconds(2))
        #expect(record.failures > 1)
        let soonest = try #require(record.latencies.percentile(1))
        #expect(soonest > 1.9)
    }
}
