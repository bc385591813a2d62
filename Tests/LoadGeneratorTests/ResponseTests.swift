import Testing

@testable import LoadGenerator

struct ResponseTests {
    private static let plain =
        "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: 4\r\n\r\nabcd"

    private func find(_ text: String, ended: Bool = false) throws(Response.Malformed) -> Response? {
        let bytes = Array(text.utf8)
        return try Response.find(in: bytes.span, ended: ended)
    }

    @Test func findsStatusBodyAndPersistence() throws {
        let response = try #require(try find(Self.plain))
        #expect(response.status == 200)
        #expect(Array(Self.plain.utf8)[response.body] == Array("abcd".utf8)[...])
        #expect(response.keepsAlive)
    }

    @Test func asksForMoreAtEverySplit() throws {
        for length in 0..<Self.plain.utf8.count {
            #expect(try find(String(decoding: Self.plain.utf8.prefix(length), as: UTF8.self)) == nil)
        }
    }

    @Test func callsAResponseCutWhenTheConnectionEndsAtAnySplit() {
        for length in 0..<Self.plain.utf8.count {
            let start = String(decoding: Self.plain.utf8.prefix(length), as: UTF8.self)
            #expect(throws: Response.Malformed.cut) { try find(start, ended: true) }
        }
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", false),
        ("HTTP/1.1 200 OK\r\nconnection:\tClose \r\ncontent-length:0\r\n\r\n", false),
        ("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", false),
        ("HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 0\r\n\r\n", true),
        ("HTTP/1.1 204 No Content\r\n\r\n", true),
        ("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", true),
    ])
    func knowsWhetherTheConnectionPersists(text: String, persists: Bool) throws {
        #expect(try find(text)?.keepsAlive == persists)
    }

    @Test func takesABodyThatEndsWithTheConnection() throws {
        let text = "HTTP/1.0 200 OK\r\n\r\nabcd"
        #expect(try find(text) == nil)
        let response = try #require(try find(text, ended: true))
        #expect(response.body.count == 4)
        #expect(!response.keepsAlive)
    }

    @Test func passesOverInterimResponses() throws {
        let response = try find("HTTP/1.1 100 Continue\r\n\r\n" + Self.plain)
        #expect(response?.status == 200)
        #expect(response?.body.count == 4)
    }

    @Test func findsTheFirstOfSeveral() throws {
        let bytes = Array((Self.plain + "HTTP/1.1 404").utf8)
        let response = try #require(try Response.find(in: bytes.span, ended: false, mayBeFollowed: true))
        #expect(response.body.upperBound == Self.plain.utf8.count)
        #expect(try Response.find(in: bytes.span, ended: true, mayBeFollowed: true)?.keepsAlive == true)
    }

    @Test(arguments: [
        ("HTTP/2 200 OK\r\n\r\n", Response.Malformed.statusLine),
        ("HTTP/1.1 2000 OK\r\n\r\n", .statusLine),
        ("HTTP/1.1 099 No\r\n\r\n", .statusLine),
        ("hello\r\n\r\n", .statusLine),
        ("HTTP/1.1 200 OK\r\nno colon\r\n\r\n", .field),
        ("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", .contentLength),
        ("HTTP/1.1 200 OK\r\nContent-Length: +4\r\n\r\n", .contentLength),
        ("HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n", .contentLength),
        ("HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\n", .contentLength),
        ("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n", .contentLength),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", .transferEncoding),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
            .transferEncoding
        ),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", .transferEncoding),
        ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab", .unaskedBytes),
    ])
    func refusesWhatIsNoResponse(text: String, reason: Response.Malformed) {
        #expect(throws: reason) { try find(text) }
    }
}

/// Answers that come in chunks.
struct ChunkedResponseTests {
    private static let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n"
    private static let whole = head + "3\r\nabc\r\n0A;name=x\r\n0123456789\r\n0\r\nX-Trailer: y\r\n\r\n"

    private func find(_ text: String, ended: Bool = false, mayBeFollowed: Bool = false) throws
        -> (response: Response, content: String)?
    {
        let bytes = Array(text.utf8)
        return try Response.find(in: bytes.span, ended: ended, mayBeFollowed: mayBeFollowed).map {
            ($0, String(decoding: $0.content(in: bytes), as: UTF8.self))
        }
    }

    @Test func putsTheContentTogether() throws {
        let found = try #require(try find(Self.whole))
        #expect(found.content == "abc0123456789")
        #expect(found.response.keepsAlive)
        #expect(found.response.body.upperBound == Self.whole.utf8.count)
        #expect(try find(Self.head + "0\r\n\r\n")?.content == "")
    }

    @Test func asksForMoreAtEverySplit() throws {
        for length in 0..<Self.whole.utf8.count {
            let start = String(decoding: Self.whole.utf8.prefix(length), as: UTF8.self)
            #expect(try find(start) == nil, "\(length)")
            #expect(throws: Response.Malformed.cut) { try find(start, ended: true) }
        }
    }

    @Test func endsWhereItsTrailersEnd() throws {
        #expect(throws: Response.Malformed.unaskedBytes) { try find(Self.whole + "H") }
        #expect(try find(Self.whole + "H", mayBeFollowed: true)?.content == "abc0123456789")
    }

    @Test(arguments: ["x\r\n", "\r\n", "-1\r\n", "0x3\r\n", "3\r\nabcd\r\n", "fffffffff\r\n"])
    func refusesWhatIsNoChunk(chunk: String) {
        #expect(throws: Response.Malformed.chunk) { try find(Self.head + chunk) }
    }
}
