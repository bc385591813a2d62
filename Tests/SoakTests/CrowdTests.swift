import LoadGenerator
import Testing

@testable import Soak

struct CrowdTests {
    /// A soak of hours whose server has died in its first minute is over then.
    @Test(.timeLimit(.minutes(1))) func endsWhenItIsToldTo() throws {
        var ports = FreePorts()
        let nobody = try #require(Endpoint(host: "127.0.0.1", port: try ports.next()))
        let tallies = Tallies()
        let crowd = try Crowd(
            at: Site(endpoint: nobody, payloads: try Payloads(seed: 1)), seed: 1,
            until: .now + .seconds(3600),
            tallies: tallies)
        crowd.end()
        #expect(tallies.all.values.allSatisfy { $0.good == 0 })
    }
}
