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

    private var softLimit: Int {
        var limit = rlimit()
        unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return Int(clamping: limit.rlim_cur)
    }

    @Test func reserveMakesTheTableLargerAndLeavesNothingOpen() throws {
        let before = try tableSize()
        let wanted = min(2 * before, softLimit)
        #expect(sluice_reserve_descriptors(CInt(wanted)) == 0)
        #expect(try tableSize() >= wanted)
        #expect(fcntl(CInt(wanted - 1), F_GETFD) == -1)
    }

    /// More than any machine has: no number is beyond the limit, and none is too large to be asked for.
    @Test func reserveTakesNumbersBeyondTheLimit() throws {
        guard softLimit <= 1 << 20 else { return }
        #expect([0, -EMFILE].contains(sluice_reserve_descriptors(.max)))
        #expect(try tableSize() >= softLimit)
    }

    @Test func reserveRefusesNone() {
        #expect(sluice_reserve_descriptors(0) == -EINVAL)
        #expect(sluice_reserve_descriptors(-1) == -EINVAL)
    }
}
