/// A response's status line and the fields that tell where its body ends.
struct ResponseHead {
    /// The status code.
    private(set) var status = 0
    /// Where the body begins.
    private(set) var end = 0
    /// `Content-Length`.
    private(set) var contentLength: Int?
    /// `Transfer-Encoding: chunked`.
    private(set) var isChunked = false
    /// HTTP/1.1 without `Connection: close`, or HTTP/1.0 with `keep-alive`, and a body that does not end with
    /// the connection.
    var keepsAlive: Bool { persists && (contentLength != nil || isChunked || status == 204 || status == 304) }

    private var persists = true

    /// Reads a head that begins at `start`; nil when its empty line has not come yet.
    static func find(in bytes: Span<UInt8>, from start: Int) throws(Response.Malformed) -> ResponseHead? {
        guard let afterHead = endOfHead(in: bytes, from: start) else { return nil }
        var head = ResponseHead()
        head.end = afterHead
        var line = start
        while line < afterHead - 2 {
            var lineEnd = line
            while bytes[lineEnd] != carriageReturn || bytes[lineEnd + 1] != lineFeed { lineEnd += 1 }
            if line == start {
                try head.readStatusLine(bytes.extracting(line..<lineEnd))
            } else {
                try head.readField(bytes.extracting(line..<lineEnd))
            }
            line = lineEnd + 2
        }
        return head
    }

    private static func endOfHead(in bytes: Span<UInt8>, from start: Int) -> Int? {
        var index = start + 3
        while index < bytes.count {
            // Most bytes are above LF, so one comparison moves on by one; the rest is done at line ends.
            if bytes[index] == lineFeed, bytes[index - 1] == carriageReturn, bytes[index - 2] == lineFeed,
                bytes[index - 3] == carriageReturn
            {
                return index + 1
            }
            index += 1
        }
        return nil
    }

    /// `HTTP/1.1 200 OK`
    private mutating func readStatusLine(_ line: Span<UInt8>) throws(Response.Malformed) {
        guard line.count >= 12, line.extracting(0..<7).equals("http/1."),
            line[7] == ascii("0") || line[7] == ascii("1"), line[8] == space,
            line.count == 12 || line[12] == space,
            let code = line.extracting(9..<12).wholeNumber, code >= 100
        else { throw .statusLine }
        status = code
        persists = line[7] == ascii("1")
    }

    private mutating func readField(_ line: Span<UInt8>) throws(Response.Malformed) {
        let colon = line.indices.first { line[$0] == ascii(":") }
        guard let colon, colon > 0 else { throw .field }
        let name = line.extracting(0..<colon)
        var first = colon + 1
        var last = line.count
        while first < last, line[first] == space || line[first] == tab { first += 1 }
        while first < last, line[last - 1] == space || line[last - 1] == tab { last -= 1 }
        let value = line.extracting(first..<last)
        if name.equals("content-length") {
            let length = value.wholeNumber
            guard length != nil, contentLength == nil || contentLength == length else { throw .contentLength }
            contentLength = length
        } else if name.equals("transfer-encoding") {
            // Any other coding this client does not take apart, nor one within another.
            guard value.equals("chunked"), !isChunked else { throw .transferEncoding }
            isChunked = true
        } else if name.equals("connection") {
            if value.equals("close") { persists = false }
            if value.equals("keep-alive") { persists = true }
        }
    }
}

let carriageReturn: UInt8 = 13
let lineFeed: UInt8 = 10
let space: UInt8 = 32
let tab: UInt8 = 9

func ascii(_ character: Unicode.Scalar) -> UInt8 {
    UInt8(truncatingIfNeeded: character.value)
}

extension Span<UInt8> {
    /// Whether these are the letters of `word` (given in small letters), in capitals or not.
    func equals(_ word: StaticString) -> Bool {
        guard count == word.utf8CodeUnitCount else { return false }
        for index in indices {
            let byte = self[index]
            let small = 65...90 ~= byte ? byte | 0x20 : byte
            if unsafe small != word.utf8Start[index] { return false }
        }
        return true
    }

    /// A number of decimal digits and nothing else, not beyond 10^15.
    var wholeNumber: Int? {
        guard 1...15 ~= count else { return nil }
        var number = 0
        for index in indices {
            guard ascii("0")...ascii("9") ~= self[index] else { return nil }
            number = 10 * number + Int(self[index] - ascii("0"))
        }
        return number
    }
}
