import HTTP1
import Testing

struct BearerCredentialsTests {
    private let memory = GuardedMemory(capacity: 4096)

    private func token(in value: String) -> String? {
        memory.with(Array(value.utf8)) { bytes in
            BearerCredentials.token(in: bytes).map { range in
                let token = bytes.extracting(range)
                return unsafe token.withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
            }
        }
    }

    @Test(arguments: [
        ("Bearer abc", "abc"), ("bearer abc", "abc"), ("BEARER   abc", "abc"), ("Bearer a b", "a b"),
        ("Bearer ", ""), ("Bearer    ", ""),
    ])
    func findsTheToken(value: String, expected: String) {
        #expect(token(in: value) == expected)
    }

    @Test(arguments: ["", "Bearer", "Bearerabc", "Bearer\tabc", "Basic YTpi", "abc", "Bear", "XBearer abc"])
    func findsNoneInAnotherScheme(value: String) {
        #expect(token(in: value) == nil)
    }

    @Test(arguments: ["a", "a=", "a==", "aZ09-._~+/", "c2VjcmV0"])
    func knowsAToken(text: String) {
        #expect(BearerCredentials.isToken(Array(text.utf8)))
    }

    @Test(arguments: [
        "", "=", "a=b", "a b", "a\n", "a\r", "a,b", "\"a\"", "a:b", "é", "a\0", "a@", "[", "`", "{",
    ])
    func knowsWhatIsNone(text: String) {
        #expect(!BearerCredentials.isToken(Array(text.utf8)))
    }

    // MARK: Comparison

    private func equals(_ shown: String, secret: String) -> Bool {
        memory.with(Array(shown.utf8)) { bytes in
            bytes.equalsInConstantTime(
                Array(secret.utf8) + [UInt8](repeating: 0, count: 32 - secret.utf8.count),
                count: secret.utf8.count)
        }
    }

    @Test func onlyTheWholeSecretIsEqual() {
        let secret = "0123456789abcdef"
        #expect(equals(secret, secret: secret))
        for count in 0..<secret.count { #expect(!equals(String(secret.prefix(count)), secret: secret)) }
        for count in 1...40 {
            #expect(!equals(secret + String(repeating: "\0", count: count), secret: secret))
        }
        #expect(!equals(secret + "0", secret: secret))
        #expect(equals("", secret: ""))
    }

    @Test func everyBitOfEveryByteCounts() {
        let secret = Array("0123456789abcdef".utf8)
        for index in secret.indices {
            for bit in 0..<8 {
                var shown = secret
                shown[index] ^= 1 << bit
                let isEqual = memory.with(shown) { $0.equalsInConstantTime(secret, count: secret.count) }
                #expect(!isEqual, "byte \(index), bit \(bit)")
            }
        }
    }
}
