import Charts
import Testing

struct NumbersTests {
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
