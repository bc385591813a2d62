internal import Foundation
internal import Glibc
internal import Testing

@testable internal import Sluice

struct BearerTokenTests {
    private static let text = "c2VjcmV0-0123456789.~+/=="

    private func shows(_ authorization: String, _ token: BearerToken) -> Bool {
        authorization.withSpan { token.isShown(by: $0) }
    }

    @Test func isShownByItselfAlone() throws {
        let token = try BearerToken(Self.text)
        #expect(shows("Bearer \(Self.text)", token))
        #expect(shows("bearer  \(Self.text)", token))
        for wrong in [
            "", "Bearer", "Bearer ", Self.text, "Basic \(Self.text)", "Bearer \(Self.text.dropLast())",
            "Bearer \(Self.text)=", "Bearer \(Self.text) ", "Bearer \(Self.text),",
            "Bearer \(Self.text.uppercased())",
            "Bearer Bearer \(Self.text)", "Bearer \(Self.text)\0",
            "Bearer " + String(repeating: "a", count: 16_000),
        ] { #expect(!shows(wrong, token), "\(wrong)") }
    }

    @Test func mayBeAsLongAsItMayBeAndNoLonger() throws {
        let longest = String(repeating: "x", count: BearerToken.maxBytes)
        #expect(shows("Bearer \(longest)", try BearerToken(longest)))
        #expect(!shows("Bearer \(longest)x", try BearerToken(longest)))
        #expect(throws: BearerTokenError.tooLong) { try BearerToken(longest + "x") }
    }

    @Test(arguments: [
        ("", BearerTokenError.empty), (" ", .notAToken), ("two words", .notAToken),
        ("two\nlines", .notAToken),
        ("line\n", .notAToken), ("tökén", .notAToken), ("=", .notAToken), ("\0", .notAToken),
    ])
    func refusesWhatNoFieldCanShow(text: String, error: BearerTokenError) {
        #expect(throws: error) { try BearerToken(text) }
    }

    @Test func isNeverPrinted() throws {
        struct Holder {
            let token: BearerToken?
        }
        let holder = Holder(token: try BearerToken(Self.text))
        var dumped = ""
        dump(holder, to: &dumped)
        let printed =
            "\(holder) \(String(reflecting: holder)) \(dumped) \(Mailbox.Message.token(holder.token!))"
        // Nor its bytes, as an array of them is printed or dumped; 99 alone may be part of an address.
        let bytes = Array(Self.text.utf8)
        #expect(!printed.contains(Self.text) && !printed.contains("\(bytes[0]), \(bytes[1])"), "\(printed)")
        #expect(!printed.contains("- \(bytes[0])\n"), "\(printed)")
    }

    // MARK: Files

    /// A file with these bytes and permissions, which goes when the test has ended.
    private func withFile(_ bytes: [UInt8], mode: mode_t = 0o600, _ body: (String) throws -> Void) throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "sluice-\(UUID().uuidString)")
            .path()
        try Data(bytes).write(to: URL(filePath: path))
        defer { unsafe unlink(path) }
        try #require(unsafe chmod(path, mode) == 0)
        try body(path)
    }

    @Test(arguments: ["", "\n", "\r\n"])
    func aFilesLineEndIsNoPartOfIt(end: String) throws {
        try withFile(Array((Self.text + end).utf8)) { path in
            let token = try BearerToken(contentsOf: path)
            let expected = try BearerToken(Self.text)
            #expect(token == expected)
        }
    }

    @Test(arguments: [
        ([], BearerTokenError.empty), (Array("\n".utf8), .empty), (Array("\r\n".utf8), .empty),
        (Array("abc\n\n".utf8), .notAToken), (Array("abc\ndef\n".utf8), .notAToken),
        (Array(" abc\n".utf8), .notAToken), ([0xEF, 0xBB, 0xBF, 0x61], .notAToken),
        ([UInt8](repeating: 0x61, count: BearerToken.maxBytes + 1), .tooLong),
        ([UInt8](repeating: 0x61, count: 1 << 20), .tooLong),
    ])
    func refusesAFileThatHoldsNoToken(bytes: [UInt8], error: BearerTokenError) throws {
        try withFile(bytes) { path in
            #expect(throws: error) { try BearerToken(contentsOf: path) }
        }
    }

    @Test func takesTheLongestTokenWithItsLineEnd() throws {
        let longest = [UInt8](repeating: 0x61, count: BearerToken.maxBytes)
        try withFile(longest + Array("\r\n".utf8)) { path in
            let token = try BearerToken(contentsOf: path)
            let expected = try BearerToken(longest)
            #expect(token == expected)
        }
    }

    @Test(arguments: [mode_t(0o604), 0o602, 0o601, 0o644, 0o620, 0o666, 0o777])
    func refusesAFileThatOthersMayRead(mode: mode_t) throws {
        try withFile(Array(Self.text.utf8), mode: mode) { path in
            #expect(throws: BearerTokenError.openToOthers) { try BearerToken(contentsOf: path) }
        }
    }

    @Test(arguments: [mode_t(0o600), 0o400, 0o640, 0o440, 0o700])
    func takesAFileForItsOwnerAndGroup(mode: mode_t) throws {
        try withFile(Array(Self.text.utf8), mode: mode) { path in
            let token = try BearerToken(contentsOf: path)
            let expected = try BearerToken(Self.text)
            #expect(token == expected)
        }
    }

    @Test
    func refusesWhatIsNoFile() throws {
        #expect(throws: BearerTokenError.unreadable(errorNumber: ENOENT)) {
            try BearerToken(contentsOf: "/nowhere/token")
        }
        #expect(throws: BearerTokenError.notAFile) { try BearerToken(contentsOf: "/tmp") }
        #expect(throws: BearerTokenError.notAFile) { try BearerToken(contentsOf: "/dev/zero") }
        // A pipe that nobody writes to must not hold the start up.
        let path = FileManager.default.temporaryDirectory.appending(path: "sluice-\(UUID().uuidString)")
            .path()
        try #require(unsafe mkfifo(path, 0o600) == 0)
        defer { unsafe unlink(path) }
        #expect(throws: BearerTokenError.notAFile) { try BearerToken(contentsOf: path) }
    }

    @Test func errorsSayWhatWouldMendThem() {
        let sentences: [(BearerTokenError, String)] = [
            (.unreadable(errorNumber: ENOENT), "No such file or directory"),
            (.notAFile, "not a regular file"),
            (.openToOthers, "chmod 600"), (.empty, "openssl rand -hex 32"), (.tooLong, "at most 4096 bytes"),
            (.notAToken, "one line of letters, digits"),
        ]
        for (error, part) in sentences { #expect("\(error)".contains(part)) }
    }
}
