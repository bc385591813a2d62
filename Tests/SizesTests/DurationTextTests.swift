import Sizes
import Testing

struct DurationTextTests {
    @Test(arguments: [
        ("10s", 10_000), ("500ms", 500), ("2m", 120_000), ("20m", 1_200_000), ("7", 7000),
    ])
    func readsTimes(text: String, milliseconds: Int) {
        #expect(Duration(written: text) == .milliseconds(milliseconds))
    }

    @Test(arguments: ["", "0s", "-1s", "1h", "s", "1.5s", "1 s", "99999999999999999999s", "2000000000"])
    func refusesEverythingElse(text: String) {
        #expect(Duration(written: text) == nil)
    }
}
