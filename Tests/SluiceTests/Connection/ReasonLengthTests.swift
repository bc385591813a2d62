internal import Foundation
internal import Testing

/// A reason longer than the encoder's memory would stop the server for one client's bad request. Reasons are
/// literals, so the sources are read for them.
struct ReasonLengthTests {
    @Test func noReasonIsLongerThanItsMemory() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        // A string after `badRequest(` or `Refusal(.status,` or `refuse(.status,`, and what `expect` is given.
        let reasons = try NSRegularExpression(
            pattern: #"(?:badRequest\(|Refusal\(\s*\.\w+,|refuse\(\s*\.\w+,|expect\([^"]*,)\s*"([^"]*)""#)
        var found = 0
        for folder in ["HTTP1", "Sluice"] {
            let sources = root.appending(path: "Sources/\(folder)")
            let files = try #require(
                FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
            for case let file as URL in files where file.pathExtension == "swift" {
                let text = try String(contentsOf: file, encoding: .utf8)
                let whole = NSRange(text.startIndex..., in: text)
                for match in reasons.matches(in: text, range: whole) {
                    guard let range = Range(match.range(at: 1), in: text) else { continue }
                    let reason = text[range]
                    found += 1
                    // 26 bytes of JSON around it, and what a detail adds: see `ResponseWriter.write(_: Refusal)`.
                    #expect(reason.utf8.count <= 256 - 26 - 70, "\(file.lastPathComponent): \(reason)")
                    #expect(
                        !reason.contains("\\") && reason.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F },
                        "\(reason)")
                }
            }
        }
        #expect(found > 40, "the pattern finds no reasons any more")
    }
}
