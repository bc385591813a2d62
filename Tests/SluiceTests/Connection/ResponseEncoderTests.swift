internal import HTTP1
internal import HTTPTypes
internal import Testing

@testable internal import Sluice

struct ResponseEncoderTests {
    private static let date = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"

    private func encoder(
        connection: ConnectionField = .implied, isHead: Bool = false, wantsJSON: Bool = false
    ) -> ResponseEncoder {
        ResponseEncoder(
            date: HTTPDate(unixSeconds: 784_111_777), connection: connection, isHead: isHead,
            wantsJSON: wantsJSON)
    }

    /// What is written into as much memory as a reactor has for it.
    private func bytes(
        in byteCount: Int = ReactorMemory.responseBytes, _ write: (inout ResponseWriter) -> Void
    ) -> [UInt8] {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 1)
        defer { unsafe memory.deallocate() }
        var writer = unsafe ResponseWriter(into: memory)
        write(&writer)
        let fits = !writer.overflowed
        #expect(fits)
        return unsafe writer.written.withUnsafeBytes { unsafe Array($0) }
    }

    private func text(_ answer: Answer, _ encoder: ResponseEncoder) -> String {
        String(decoding: bytes { encoder.write(answer, to: &$0) }, as: UTF8.self)
    }

    @Test func aResultIsFourBytes() {
        let answer = Answer.result(ReductionResult(value: 1.5, rows: 2, columns: 3))
        let head =
            "HTTP/1.1 200 OK\r\n\(Self.date)Content-Type: application/octet-stream\r\nContent-Length: 4\r\n\r\n"
        #expect(bytes { encoder().write(answer, to: &$0) } == Array(head.utf8) + [0, 0, 0xC0, 0x3F])
        #expect(text(answer, encoder(isHead: true)) == head)
    }

    @Test(arguments: [
        (Float(1.5), #"{"value":1.5,"rows":2,"columns":3}"#),
        (.nan, #"{"value":"NaN","rows":2,"columns":3}"#),
        (-0.0, #"{"value":-0.0,"rows":2,"columns":3}"#),
    ])
    func aResultIsJSONForWhoAsks(value: Float, json: String) {
        let answer = Answer.result(ReductionResult(value: value, rows: 2, columns: 3))
        #expect(
            text(answer, encoder(connection: .close, wantsJSON: true))
                == "HTTP/1.1 200 OK\r\n\(Self.date)Content-Type: application/json\r\n"
                + "Content-Length: \(json.utf8.count + 1)\r\nConnection: close\r\n\r\n\(json)\n")
    }

    @Test func aRefusalSaysWhyInTextOrJSON() {
        #expect(
            text(.notFound, encoder(connection: .keepAlive))
                == "HTTP/1.1 404 Not Found\r\n\(Self.date)Content-Type: text/plain; charset=utf-8\r\n"
                + "Content-Length: 13\r\nConnection: keep-alive\r\n\r\nno such path\n")
        #expect(
            text(.notFound, encoder(wantsJSON: true))
                == "HTTP/1.1 404 Not Found\r\n\(Self.date)Content-Type: application/json\r\n"
                + "Content-Length: 38\r\n\r\n{\"status\":404,\"error\":\"no such path\"}\n")
        #expect(
            text(.notFound, encoder(isHead: true))
                == "HTTP/1.1 404 Not Found\r\n\(Self.date)Content-Type: text/plain; charset=utf-8\r\n"
                + "Content-Length: 13\r\n\r\n")
    }

    @Test func anOverloadedServerSaysWhenToComeBack() {
        let answers = [
            Answer.refusal(Refusal(.serviceUnavailable, "full")), .text(.serviceUnavailable, "stopping\n"),
        ]
        for answer in answers {
            #expect(text(answer, encoder(connection: .close)).contains("\r\nRetry-After: 1\r\n"))
        }
        #expect(!text(.notFound, encoder()).contains("Retry-After"))
    }

    @Test func whoShowsNoTokenIsToldTheScheme() {
        let refused = Answer.refusal(Refusal(.unauthorized, "no token"))
        for encoder in [encoder(), encoder(connection: .close, wantsJSON: true), encoder(isHead: true)] {
            #expect(text(refused, encoder).contains("\r\nWWW-Authenticate: Bearer\r\n"))
        }
        #expect(!text(.notFound, encoder()).contains("WWW-Authenticate"))
    }

    @Test func methodsAreListed() {
        let methods = MethodSet(.post).union(MethodSet(.options))
        #expect(
            text(.methods(methods, refused: .get), encoder())
                == "HTTP/1.1 405 Method Not Allowed\r\n\(Self.date)Content-Type: text/plain; charset=utf-8\r\n"
                + "Content-Length: 56\r\nAllow: POST, OPTIONS\r\n\r\n"
                + "the methods of this path are POST, OPTIONS; this is GET\n")
        #expect(
            text(.methods(methods, refused: nil), encoder())
                == "HTTP/1.1 204 No Content\r\n\(Self.date)Allow: POST, OPTIONS\r\n\r\n")
    }

    @Test func plainWordsStandAsTheyAre() {
        #expect(
            text(.text(.ok, "alive\n"), encoder(wantsJSON: true))
                == "HTTP/1.1 200 OK\r\n\(Self.date)Content-Type: text/plain; charset=utf-8\r\n"
                + "Content-Length: 6\r\n\r\nalive\n")
    }

    /// Numbers come from the client: the largest must fit, or one request would stop the server.
    @Test(arguments: [
        Mismatch.bodyTooLarge(limit: .max, length: .max), .memoryTooSmall(budget: .max, needed: .max),
        .notFloats(length: .max), .notRows(values: .max, columns: .max),
        .notRows(values: .min, columns: .min), .headTooSlow(timeout: .seconds(Int.max)),
        .bodyTooSlow(demanded: .max, period: .seconds(Int.max) + .milliseconds(1), arrived: .max),
        .notAccepted(values: .max, kernel: Self.longestName),
    ])
    func everyMismatchFitsItsMemory(mismatch: Mismatch) {
        for wantsJSON in [false, true] {
            let text = text(.mismatch(mismatch), encoder(connection: .keepAlive, wantsJSON: wantsJSON))
            #expect(text.contains("HTTP/1.1 \(mismatch.status.code) "))
            #expect(
                text.contains(mismatch == .notRows(values: .min, columns: .min) ? "\(Int.min)" : "\(Int.max)")
            )
            #expect(text.hasSuffix(wantsJSON ? "\"}\n" : "\n"))
        }
    }

    /// The most that an excerpt shows, and the dots.
    private static let longestName = excerpt(String(repeating: "k", count: 33))

    private static func excerpt(_ text: String) -> Excerpt { text.withSpan { Excerpt($0) } }

    /// Whatever a service calls its kernels, and however many it has.
    @Test(arguments: [5, 6, 7, 1000])
    func theNamesOfKernelsFitTheirMemory(count: Int) {
        let offered = Array(repeating: Self.longestName, count: count)
        for wantsJSON in [false, true] {
            let text = text(
                .mismatch(.unknownKernel(came: Self.longestName, offered: offered)),
                encoder(connection: .keepAlive, wantsJSON: wantsJSON))
            #expect(text.hasPrefix("HTTP/1.1 422 "))
            #expect(
                text.split(separator: "k'...", omittingEmptySubsequences: false).count == min(count, 6) + 2)
            #expect(text.hasSuffix((count > 6 ? ", ..." : "k'...") + (wantsJSON ? "\"}\n" : "\n")))
        }
    }

    @Test(arguments: [
        (Mismatch.bodyTooLarge(limit: 10, length: 11), "the body limit is 10 bytes; this body has 11"),
        (
            .memoryTooSmall(budget: 10, needed: 11),
            "this request needs 11 bytes of memory; the server's budget is 10"
        ),
        (.notFloats(length: 7), "float32 values have 4 bytes; 7 bytes are no whole number of them"),
        (
            .notRows(values: 7, columns: 3),
            "expected rows of 3 float32 values; 7 values are no whole number of rows (set ?columns=)"
        ),
        (
            .notAccepted(values: 7, kernel: excerpt("pairs")),
            "the kernel 'pairs' does not take this number of values: 7"
        ),
        (
            .unknownKernel(came: excerpt("median"), offered: [excerpt("pairs"), excerpt("a\"b")]),
            "no such kernel: 'median'; there are 'pairs', 'a?b'"
        ),
        (
            .headTooSlow(timeout: .milliseconds(1500)),
            "a head has to be whole 1500 ms after its first byte; this is not"
        ),
        (
            .bodyTooSlow(demanded: 10, period: .seconds(5), arrived: 9),
            "at least 10 bytes of a body, or all that is left, have to come in every 5 s; of this came 9"
        ),
    ])
    func aMismatchSaysWhatWasExpectedAndWhatCame(mismatch: Mismatch, sentence: String) {
        #expect(text(.mismatch(mismatch), encoder()).hasSuffix("\r\n\r\n\(sentence)\n"))
    }

    /// Every method, the longest status line, the longest reason that the content's memory holds with its detail.
    @Test func theLongestShortAnswerFits() {
        let all = Method.allCases.reduce(into: MethodSet()) { $0.insert(MethodSet($1)) }
        let reason: StaticString = """
            A reason of one hundred and sixty bytes, which with its numbers and the JSON around it fills the \
            content's memory, longer than any: ReasonLengthTests sees to it
            """
        #expect(reason.utf8CodeUnitCount == 160)
        let detail = Refusal.Detail.exceeded(limit: .min, by: .min)
        for wantsJSON in [false, true] {
            let encoder = encoder(connection: .keepAlive, wantsJSON: wantsJSON)
            _ = text(.methods(all, refused: .options), encoder)
            for status in Status.allCases where status.hasContent {
                _ = text(.refusal(Refusal(status, reason, detail)), encoder)
            }
        }
    }

    // MARK: Long answers

    /// As a reactor writes short content.
    private func write(_ response: Response, with encoder: ResponseEncoder, to writer: inout ResponseWriter) {
        guard case .bytes(let bytes) = response.content, encoder.sendsContent(of: response) else {
            return encoder.write(response, inline: [], to: &writer)
        }
        encoder.write(response, inline: bytes, to: &writer)
    }

    @Test func aHandlersResponseKeepsItsFieldsButNotOurs() throws {
        let custom = try #require(HTTPField.Name("X-Rows"))
        var response = Response.text("hello", status: .created)
        response.head.headerFields[custom] = "3"
        response.head.headerFields[.contentLength] = "99"
        response.head.headerFields[.date] = "yesterday"
        response.head.headerFields[.connection] = "upgrade"
        response.head.headerFields[.transferEncoding] = "chunked"
        let room = ResponseEncoder.bytesNeeded(for: response) + ReactorMemory.responseBytes
        let encoded = bytes(in: room) { write(response, with: encoder(connection: .close), to: &$0) }
        #expect(
            String(decoding: encoded, as: UTF8.self)
                == "HTTP/1.1 201 Created\r\n\(Self.date)Content-Type: text/plain; charset=utf-8\r\n"
                + "X-Rows: 3\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello")
        let head = bytes(in: room) { write(response, with: encoder(isHead: true), to: &$0) }
        #expect(String(decoding: head, as: UTF8.self).hasSuffix("Content-Length: 5\r\n\r\n"))
    }

    @Test func aFieldCannotSmuggleALine() {
        var response = Response.text("x")
        response.head.headerFields[.server] = "a\r\nSet-Cookie: b"
        let encoded = bytes(in: 2048) { write(response, with: encoder(), to: &$0) }
        #expect(!String(decoding: encoded, as: UTF8.self).contains("\nSet-Cookie"))
    }

    @Test func aReasonCannotSmuggleALine() {
        let response = Response(status: .init(code: 299, reasonPhrase: "a\r\nSet-Cookie: b"))
        let encoded = bytes(in: 2048) { write(response, with: encoder(), to: &$0) }
        #expect(!String(decoding: encoded, as: UTF8.self).contains("\nSet-Cookie"))
    }

    @Test(arguments: [HTTPResponse.Status.noContent, .notModified])
    func aStatusWithoutContentHasNone(status: HTTPResponse.Status) {
        let response = Response(status: status, body: [1, 2, 3])
        let encoded = bytes(in: 2048) { write(response, with: encoder(), to: &$0) }
        let text = String(decoding: encoded, as: UTF8.self)
        #expect(!text.contains("Content-Length"))
        #expect(text.hasSuffix("\r\n\r\n"))
    }

    @Test func aLongResponseFitsWhatWasMeasured() {
        var response = Response(body: [UInt8](repeating: 65, count: 100_000))
        for index in 0..<200 {
            guard let name = HTTPField.Name("X-Field-\(index)") else { continue }
            response.head.headerFields[name] = String(repeating: "v", count: index)
        }
        let room = ResponseEncoder.bytesNeeded(for: response) + 100_000 + ReactorMemory.responseBytes
        let encoded = bytes(in: room) { write(response, with: encoder(connection: .keepAlive), to: &$0) }
        #expect(encoded.suffix(100_000).allSatisfy { $0 == 65 })
    }

    @Test func metricsAreText() {
        let encoded = bytes { encoder().write(metrics: Array("a 1\n".utf8), to: &$0) }
        #expect(
            String(decoding: encoded, as: UTF8.self)
                == "HTTP/1.1 200 OK\r\n\(Self.date)Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"
                + "Content-Length: 4\r\n\r\na 1\n")
    }

    // MARK: Answers

    @Test func everyAnswerHasItsCode() {
        let table: [(Answer, Int, Bool)] = [
            (.notFound, 404, false), (.badRequest, 400, true), (.mismatch(.notFloats(length: 1)), 422, false),
            (.mismatch(.bodyTooLarge(limit: 1, length: 2)), 413, true),
            (.mismatch(.memoryTooSmall(budget: 1, needed: 2)), 413, true),
            (.methods(MethodSet(.get), refused: .post), 405, false),
            (.methods(MethodSet(.get), refused: nil), 204, false), (.result, 200, false),
            (.text(.ok, "alive"), 200, false), (.text(.serviceUnavailable, "stopping"), 503, true),
            (.metrics, 200, false), (.response(Response(status: .created)), 201, false),
            (.response(Response(status: .gatewayTimeout)), 504, true),
        ]
        for (answer, code, closes) in table {
            #expect(answer.code == code)
            #expect(answer.closesConnection == closes, "\(answer)")
        }
    }
}
