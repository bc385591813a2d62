import CPlatform
import Glibc
import Testing

struct DescriptorTests {
    /// For how many descriptors this process has room, as Linux tells it.
    private func tableSize() throws -> Int {
        guard let file = unsafe fopen("/proc/self/status", "r") else { throw NoFDSize() }
        defer { unsafe fclose(file) }
        var line = [CChar](repeating: 0, count: 4096)
        while unsafe fgets(&line, CInt(line.count), file) != nil {
            let words = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
                .split(whereSeparator: \.isWhitespace)
            if words.first == "FDSize:", words.count == 2 { return try #require(Int(words[1])) }
        }
        throw NoFDSize()
    }

    private struct NoFDSize: Error {}

    private static var softLimit: Int {
        var limit = rlimit()
        unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return Int(clamping: limit.rlim_cur)
    }

    /// One test, for the table never shrinks: after the second part nothing would be seen of the first.
    @Test(.enabled(if: softLimit <= 1 << 20, "a table for all descriptors would take more than 8 MiB"))
    func reserveMakesTheTableLargerAsFarAsTheLimitAndLeavesNothingOpen() throws {
        let wanted = try tableSize() + 1
        try #require(wanted <= Self.softLimit, "the table is too large already for a larger one to be seen")
        #expect(sluice_reserve_descriptors(CInt(wanted)) == 0)
        #expect(try tableSize() >= wanted)
        #expect(fcntl(CInt(wanted - 1), F_GETFD) == -1)

        // More than any machine has: no number is beyond the limit, and none is too large to be asked for.
        #expect(sluice_reserve_descriptors(.max) == 0)
        #expect(try tableSize() >= Self.softLimit)
    }

    @Test func reserveRefusesNone() {
        #expect(sluice_reserve_descriptors(0) == -EINVAL)
        #expect(sluice_reserve_descriptors(-1) == -EINVAL)
    }
}
