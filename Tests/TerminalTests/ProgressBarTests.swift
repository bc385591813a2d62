import Testing

@testable import Terminal

struct ProgressBarTests {
    @Test func tellsHowLongItWillStillTake() {
        let line = ProgressBar.line(share: 0.25, elapsed: 20, "round 1")
        #expect(line.hasSuffix("25% ETA 1:00 round 1"))
        #expect(line.count { $0 == "█" } == 7)
        #expect(!ProgressBar.line(share: 0, elapsed: 5, "starting").contains("ETA"))
        #expect(ProgressBar.line(share: 1.5, elapsed: 5, "late").contains("100% ETA 0:00"))
    }
}
