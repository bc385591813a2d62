import Foundation
import HTTP1
import Testing

struct HTTPDateTests {
    private static func text(_ unixSeconds: Int) -> String {
        HTTPDate(unixSeconds: unixSeconds).bytes.text
    }

    @Test(arguments: [
        (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
        (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (1_709_251_199, "Thu, 29 Feb 2024 23:59:59 GMT"),
        (2_147_483_648, "Tue, 19 Jan 2038 03:14:08 GMT"), (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
        (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"), (Int.max, "Fri, 31 Dec 9999 23:59:59 GMT"),
        (Int.min, "Thu, 01 Jan 1970 00:00:00 GMT"),
    ])
    func writesTheDate(unixSeconds: Int, expected: String) {
        #expect(Self.text(unixSeconds) == expected)
    }

    @Test func agreesWithTheCLibraryOnEveryDay() {
        for day in 0..<80000 {
            var seconds = time_t(day * 86400 + day % 86400)
            var parts = unsafe tm()
            unsafe gmtime_r(&seconds, &parts)
            var buffer = [CChar](repeating: 0, count: 64)
            unsafe strftime(&buffer, 64, "%a, %d %b %Y %H:%M:%S GMT", &parts)
            let expected = String(
                decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            if Self.text(seconds) != expected {
                Issue.record("\(seconds): \(Self.text(seconds)), not \(expected)")
            }
        }
    }
}
