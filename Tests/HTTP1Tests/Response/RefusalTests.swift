import HTTP1
import Testing

struct RefusalTests {
    private func excerpt(_ bytes: [UInt8], continues: Bool = false) -> String {
        let memory = GuardedMemory(capacity: bytes.count)
        let excerpt = memory.with(bytes) { Excerpt($0, continues: continues) }
        return String(Refusal(.badRequest, "X", .came(excerpt)).text.dropFirst("400 X; this is ".count))
    }

    private func excerpt(_ text: String, continues: Bool = false) -> String {
        excerpt(Array(text.utf8), continues: continues)
    }

    @Test func showsTheBeginningOfWhatCame() {
        #expect(excerpt("") == "''")
        #expect(excerpt("", continues: true) == "''...")
        #expect(excerpt("text/plain; q=0") == "'text/plain; q=0'")
        let longest = String(repeating: "a", count: Excerpt.byteCount)
        #expect(excerpt(longest) == "'\(longest)'")
        #expect(excerpt(longest, continues: true) == "'\(longest)'...")
        #expect(excerpt(longest + "b") == "'\(longest)'...")
    }

    /// Nothing in an answer may be the client's own: no line end, no end of a string, no tag, no escape sequence.
    @Test func showsNoByteThatCouldBeMoreThanALetter() {
        for byte in UInt8.min...UInt8.max {
            let isHarmless = (0x20...0x7E).contains(byte) && !"\"\\<>&'".utf8.contains(byte)
            let shown = isHarmless ? String(UnicodeScalar(byte)) : "?"
            #expect(excerpt([byte]) == "'\(shown)'", "\(byte)")
        }
        #expect(excerpt("a\r\nSet-Cookie: b") == "'a??Set-Cookie: b'")
    }

    @Test func endsWithTheNumbersOrTheBytes() {
        #expect(Refusal(.badRequest, "No.").text == "400 No.")
        #expect(Refusal(.uriTooLong, "Too long", .limit(8)).text == "414 Too long; the limit is 8")
        #expect(
            Refusal(.contentTooLarge, "Too long", .exceeded(limit: 8, by: 9)).text
                == "413 Too long; the limit is 8, this is 9")
    }

    /// What `ResponseWriter.write(_: Refusal)` promises: its caller has so much memory beside the reason.
    @Test func addsAtMost70Bytes() {
        let memory = GuardedMemory(capacity: 64)
        let longest = memory.with([UInt8](repeating: 97, count: 64)) { Excerpt($0) }
        for detail in [Refusal.Detail.limit(.min), .exceeded(limit: .min, by: .min), .came(longest)] {
            #expect(Refusal(.badRequest, "", detail).text.utf8.count <= "400 ".utf8.count + 70)
        }
    }

    @Test func namesEveryMethodToWhoUsesAnother() {
        let input = Array("BREW / HTTP/1.1\r\n".utf8)
        let memory = GuardedMemory(capacity: input.count)
        let verdict = HeadTrace.of(input, arrivingAt: [input.count], in: memory).verdict
        let words = verdict.split { !$0.isLetter }.map(String.init)
        #expect(Method.allCases.allSatisfy { words.contains($0.name.description) }, "\(verdict)")
    }
}
