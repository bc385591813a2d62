import HTTP1
import Seeds
import Testing

struct ResponseWriterTests {
    private static let date = HTTPDate(unixSeconds: 784_111_777)
    private static let dateLine = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"

    /// What is written into `capacity` bytes, or nil if it overflowed.
    private static func written(capacity: Int = 4096, _ write: (inout ResponseWriter) -> Void) -> String? {
        unsafe withUnsafeTemporaryAllocation(byteCount: capacity + 8, alignment: 1) { memory in
            unsafe memory.initializeMemory(as: UInt8.self, repeating: 0xAA)
            var writer = unsafe ResponseWriter(
                into: UnsafeMutableRawBufferPointer(rebasing: memory[..<capacity]))
            write(&writer)
            for offset in capacity..<capacity + 8 {
                #expect(unsafe memory[offset] == 0xAA, "wrote past the end")
            }
            #expect(writer.written.byteCount == writer.count)
            return writer.overflowed ? nil : writer.written.text
        }
    }

    @Test func writesARawAnswer() {
        let response = Self.written { response in
            response.head(
                status: .ok, contentType: "application/octet-stream", contentLength: 4, connection: .implied,
                date: Self.date)
            response.endHead()
            response.write("\0\0\0\0")
        }
        #expect(
            response == "HTTP/1.1 200 OK\r\n" + Self.dateLine
                + "Content-Type: application/octet-stream\r\nContent-Length: 4\r\n\r\n\0\0\0\0")
    }

    @Test func writesARefusal() {
        let refusal = Refusal(.serviceUnavailable, "No memory is free for the body.")
        let response = Self.written { response in
            response.head(
                status: refusal.status, contentType: "text/plain",
                contentLength: refusal.reason.utf8CodeUnitCount,
                connection: .close, date: Self.date)
            response.field("Retry-After", 1)
            response.field("Allow", "GET, POST")
            response.endHead()
            response.write(refusal.reason)
        }
        #expect(
            response == "HTTP/1.1 503 Service Unavailable\r\n" + Self.dateLine
                + "Content-Type: text/plain\r\nContent-Length: 31\r\nConnection: close\r\nRetry-After: 1\r\n"
                + "Allow: GET, POST\r\n\r\nNo memory is free for the body.")
    }

    @Test func writesNoContentWithoutALength() {
        let response = Self.written { response in
            response.head(
                status: .noContent, contentType: "text/plain", contentLength: 0, connection: .keepAlive,
                date: Self.date)
            response.field("Allow", "GET".utf8.span.bytesForTest)
            response.endHead()
        }
        #expect(
            response == "HTTP/1.1 204 No Content\r\n" + Self.dateLine
                + "Connection: keep-alive\r\nAllow: GET\r\n\r\n")
    }

    @Test func writesEmptyContentWithALengthAndNoType() {
        let response = Self.written { response in
            response.head(
                status: .notFound, contentType: nil, contentLength: 0, connection: .implied, date: Self.date)
            response.endHead()
        }
        #expect(response == "HTTP/1.1 404 Not Found\r\n" + Self.dateLine + "Content-Length: 0\r\n\r\n")
    }

    @Test func writesABodyMeasuredInAnotherWriter() {
        let response = Self.written { response in
            _ = Self.written { scratch in
                scratch.write("{\"value\":")
                scratch.write(json: 0.1)
                scratch.write(",\"rows\":")
                scratch.write(3000)
                scratch.write("}")
                response.field("Content-Length", scratch.count)
                response.write(scratch.written)
            }
        }
        #expect(response == "Content-Length: 25\r\n{\"value\":0.1,\"rows\":3000}")
    }

    @Test func neverPassesTheEnd() {
        func write(_ response: inout ResponseWriter) {
            response.head(
                status: .ok, contentType: "text/plain", contentLength: 5, connection: .close, date: Self.date)
            response.endHead()
            response.write("hello")
        }
        let length = Self.written(write)?.utf8.count ?? 0
        #expect(length > 100)
        for capacity in 0..<length {
            #expect(Self.written(capacity: capacity, write) == nil, "\(capacity)")
        }
        #expect(Self.written(capacity: length, write) != nil)
    }

    /// A later piece that would fit must not follow a gap.
    @Test func writesNothingAfterAnOverflow() {
        _ = Self.written(capacity: 4) { writer in
            writer.write("abc")
            writer.write("de")
            writer.write("f")
            #expect(writer.count == 3)
            let overflowed = writer.overflowed
            #expect(overflowed)
        }
    }

    @Test(arguments: [0, 7, 10, 12345, -1, -10, Int.max, Int.min])
    func writesIntegers(_ number: Int) {
        #expect(Self.written { $0.write(number) } == String(number))
    }

    @Test(
        arguments: [
            (0, "0.0"), (-0.0, "-0.0"), (0.1, "0.1"), (1, "1.0"), (-2.5, "-2.5"), (16_777_216, "16777216.0"),
            (1e10, "1e+10"), (1e-5, "1e-05"), (.greatestFiniteMagnitude, "3.4028235e+38"),
            (.leastNonzeroMagnitude, "1e-45"),
            (-.leastNormalMagnitude, "-1.1754944e-38"), (.nan, "\"NaN\""), (-.nan, "\"NaN\""),
            (.signalingNaN, "\"NaN\""),
            (.infinity, "\"Infinity\""), (-.infinity, "\"-Infinity\""),
        ] as [(Float, String)])
    func writesFloats(_ value: Float, _ expected: String) {
        #expect(Self.written { $0.write(json: value) } == expected)
    }

    @Test func writesFloatsThatReadBackTheSame() {
        var random = SeededGenerator.announced(for: "ResponseWriterTests")
        for _ in 0..<20000 {
            let value = Float(bitPattern: UInt32.random(in: 0...UInt32.max, using: &random))
            guard value.isFinite else { continue }
            let text = Self.written { $0.write(json: value) } ?? ""
            if Float(text)?.bitPattern != value.bitPattern { Issue.record("\(value.bitPattern): \(text)") }
            // RFC 8259 section 6.
            if text.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?(e[+-]?[0-9]+)?/) == nil {
                Issue.record("\(text)")
            }
        }
    }

    @Test func hasTheContinueLine() {
        #expect("\(ResponseWriter.continueLine)" == "HTTP/1.1 100 Continue\r\n\r\n")
    }
}

extension Span where Element == UInt8 {
    fileprivate var bytesForTest: RawSpan {
        @_lifetime(copy self)
        get { unsafe bytes }
    }
}
