import Sizes
import Testing

struct ByteSizeTests {
    @Test(arguments: [
        ("30MB", 30_000_000), ("1MiB", 1_048_576), ("512KiB", 524_288), ("2GB", 2_000_000_000),
        ("1GiB", 1 << 30),
        ("4", 4), ("4B", 4), ("0", 0), ("30mb", 30_000_000), ("64kib", 65536), ("10KB", 10_000),
    ])
    func readsSizes(text: String, bytes: Int) throws {
        #expect(try ByteSize(text).bytes == bytes)
    }

    @Test(arguments: [
        "", "MB", "-4", "+4", "4 MB", "4M", "1.5MB", "0x10", "4MBB", "٣MB", "9223372036854775808",
        "9223372036854775807KB",
    ])
    func refusesWhatIsNoSize(text: String) {
        #expect(throws: ByteSize.Malformed.self) { try ByteSize(text) }
    }

    @Test(arguments: ["30MB", "1MiB", "1234B", "0B", "4B", "7GB"])
    func writesSizesAsItReadsThem(text: String) throws {
        #expect(try ByteSize(text).description == text)
    }
}
