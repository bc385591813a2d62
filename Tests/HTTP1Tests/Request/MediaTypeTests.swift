import HTTP1
import Testing

struct MediaTypeTests {
    private let memory = GuardedMemory(capacity: 4096)

    private func ask(_ value: String, _ question: (RawSpan) -> Bool) -> Bool {
        memory.with(Array(value.utf8), question)
    }

    @Test(arguments: [
        "application/json", "Application/JSON", "application/json;charset=utf-8",
        "application/json ; charset=utf-8",
    ])
    func knowsATypeWhateverItsParameters(value: String) {
        #expect(ask(value) { MediaType.essenceEquals($0, "application/json") })
    }

    @Test(arguments: [
        "", ";", "application/jsonx", "application/jso", "text/plain; a=application/json",
        "application /json",
    ])
    func doesNotTakeAnotherForIt(value: String) {
        #expect(!ask(value) { MediaType.essenceEquals($0, "application/json") })
    }

    @Test func knowsMultipart() {
        #expect(ask("multipart/form-data; boundary=x") { MediaType.isMultipart($0) })
        #expect(ask("Multipart/mixed") { MediaType.isMultipart($0) })
        #expect(!ask("multipart") { MediaType.isMultipart($0) })
        #expect(!ask("application/multipart") { MediaType.isMultipart($0) })
    }

    @Test(arguments: [
        "application/json", "text/plain, application/json", "application/json, text/plain, */*",
        "APPLICATION/JSON;q=0.1, application/octet-stream", "application/json;q=0.001",
        "application/json;q=1.0",
        "text/plain;a=\"b,c\", application/json", "application/json;q=bad",
        "application/json;q=0, application/json",
    ])
    func givesJSONWhenItIsNamed(value: String) {
        #expect(ask(value) { MediaType.acceptsJSON($0) })
    }

    @Test(arguments: [
        "", "*/*", "application/*", "application/octet-stream", "text/plain", "application/jsonlines",
        "application/json;q=0", "application/json; q=0.000", "application/json;a=b;Q=0.",
        "text/plain;a=\", application/json\"",
        "text/plain;a=\"\\\", application/json\"",
    ])
    func doesNotGiveJSONOtherwise(value: String) {
        #expect(!ask(value) { MediaType.acceptsJSON($0) })
    }

    @Test func knowsTheIdentityCoding() {
        for value in ["", "identity", "IDENTITY", "identity, identity", " ,identity"] {
            #expect(ask(value) { ContentCoding.isIdentity($0) }, "\(value)")
        }
        for value in ["gzip", "identity, gzip", "identity;q=1", "identityx", "br"] {
            #expect(!ask(value) { ContentCoding.isIdentity($0) }, "\(value)")
        }
    }

    @Test func foldsLettersOnly() {
        #expect(ask("A-Z") { $0.equalsIgnoringCase("a-z") })
        // 0x0D is 0x2D without bit 5, `_` is 0x7F without it, `@` is "`" without it.
        #expect(!ask("a\rz") { $0.equalsIgnoringCase("a-z") })
        #expect(!ask("a_z") { $0.equalsIgnoringCase("a-z") })
        #expect(!ask("@") { $0.equalsIgnoringCase("`") })
        #expect(!ask("[") { $0.equalsIgnoringCase("{") })
        #expect(!ask("a-zz") { $0.equalsIgnoringCase("a-z") })
        #expect(!ask("a-") { $0.equalsIgnoringCase("a-z") })
    }
}
