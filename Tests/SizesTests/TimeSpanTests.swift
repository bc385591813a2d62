import Sizes
import Testing

struct TimeSpanTests {
    @Test(arguments: [
        ("5s", 5000), ("500ms", 500), ("2m", 120_000), ("10", 10_000), ("0", 0), ("0s", 0), ("1ms", 1),
    ])
    func readsTimes(text: String, milliseconds: Int) throws {
        #expect(try TimeSpan(text).milliseconds == milliseconds)
        #expect(try TimeSpan(text).duration == .milliseconds(milliseconds))
    }

    @Test(arguments: [
        "", "s", "-1s", "+1s", "1 s", "1.5s", "1h", "5S", "0x5s", "٣s", "1sm", "9223372036854775808",
        "9223372036854775807s",
    ])
    func refusesWhatIsNoTime(text: String) {
        #expect(throws: TimeSpan.Malformed.self) { try TimeSpan(text) }
    }

    @Test(arguments: ["2m", "5s", "500ms", "0s", "90s", "1001ms"])
    func writesTimesAsItReadsThem(text: String) throws {
        #expect(try TimeSpan(text).description == text)
    }

    @Test func countsTheWholeMillisecondsOfADuration() {
        #expect(TimeSpan(.seconds(5)).description == "5s")
        #expect(TimeSpan(.microseconds(1500)).milliseconds == 1)
    }
}
