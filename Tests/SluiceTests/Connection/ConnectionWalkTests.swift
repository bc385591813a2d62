import Seeds
internal import Testing

@testable internal import Sluice

/// A connection wandering through legal events in a random order: whatever the client, the kernel and the
/// clock do, in whatever order, the machine holds to its rules.
struct ConnectionWalkTests {
    @Test func holdsItsRulesOnAnyWalk() {
        var generator = SeededGenerator.announced(for: "ConnectionWalkTests")
        var seen: Set<String> = []
        for walk in 0..<2000 {
            var walker = Walker(generator)
            walker.run(steps: 250)
            generator = walker.generator
            seen.formUnion(walker.seen)
            if let violation = walker.violation {
                Issue.record("walk \(walk): \(violation)\n\(walker.log.suffix(30).joined(separator: "\n"))")
                return
            }
        }
        // The walks went everywhere; a walk that stays at home proves nothing.
        #expect(
            seen == [
                "idle", "accepting head", "awaiting memory", "sending continue", "reading body",
                "awaiting handler", "writing response", "abandoning receive", "closing idle", "draining",
                "closing", "free",
            ])
    }
}
