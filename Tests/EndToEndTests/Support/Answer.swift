import Foundation

/// A response, read strictly: what is malformed fails the test.
struct Answer: CustomStringConvertible {
    var status: Int
    var reason: String
    /// In the order sent.
    var fields: [(name: String, value: String)]
    var body: [UInt8]

    /// The value of the one field of that name; nil if there is none.
    subscript(_ name: String) -> String? {
        fields.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    var text: String { String(decoding: body, as: UTF8.self) }

    /// The four bytes of a result.
    var bits: UInt32? {
        guard status == 200, body.count == 4 else { return nil }
        return body.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// The sentence of a refusal in JSON; nil if it is no such JSON, or says another status.
    var sentenceInJSON: String? {
        struct Content: Decodable {
            var status: Int
            var error: String
        }
        let content = try? JSONDecoder().decode(Content.self, from: Data(body))
        return content?.status == status ? content?.error : nil
    }

    var saysClose: Bool { self["Connection"]?.lowercased() == "close" }

    var description: String {
        "\(status) \(reason) \(fields.map { "\($0): \($0.1)" }) \(text.debugDescription)"
    }

    /// - Returns: the answer and its length, or nil if it is not whole.
    static func parse(_ bytes: [UInt8], toHead: Bool) throws -> (Answer, Int)? {
        guard let headEnd = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: bytes[..<headEnd.lowerBound], as: UTF8.self).split(
            separator: "\r\n", omittingEmptySubsequences: false)
        let start = lines[0].split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard start.count == 3, start[0] == "HTTP/1.1", start[1].count == 3, let status = Int(start[1]) else {
            throw ClientError.malformed("status line \(lines[0])")
        }
        var answer = Answer(status: status, reason: String(start[2]), fields: [], body: [])
        for line in lines.dropFirst() {
            guard let colon = line.firstRange(of: ": ") else { throw ClientError.malformed("field \(line)") }
            let name = String(line[..<colon.lowerBound])
            guard answer[name] == nil else { throw ClientError.malformed("\(name) is there twice") }
            answer.fields.append((name, String(line[colon.upperBound...])))
        }
        return try answer.takingBody(from: bytes[headEnd.upperBound...], toHead: toHead)
    }

    private func takingBody(from rest: ArraySlice<UInt8>, toHead: Bool) throws -> (Answer, Int)? {
        var answer = self
        if status < 200 || status == 204 {
            guard self["Content-Length"] == nil else {
                throw ClientError.malformed("Content-Length with \(status)")
            }
            return (answer, rest.startIndex)
        }
        guard self["Date"] != nil else { throw ClientError.malformed("no Date: \(self)") }
        if let coding = self["Transfer-Encoding"] {
            guard coding == "chunked", self["Content-Length"] == nil else {
                throw ClientError.malformed("framing: \(self)")
            }
            if toHead { return (answer, rest.startIndex) }
            guard let (content, end) = try Self.joinedChunks(rest) else { return nil }
            answer.body = content
            return (answer, end)
        }
        guard let text = self["Content-Length"], let length = Int(text) else {
            throw ClientError.malformed("no Content-Length: \(self)")
        }
        if toHead { return (answer, rest.startIndex) }
        guard rest.count >= length else { return nil }
        answer.body = Array(rest.prefix(length))
        return (answer, rest.startIndex + length)
    }

    /// - Returns: the content and where the last chunk ends, or nil if that has not come.
    private static func joinedChunks(_ bytes: ArraySlice<UInt8>) throws -> ([UInt8], Int)? {
        var content: [UInt8] = []
        var rest = bytes
        while let lineEnd = rest.firstIndex(of: 13) {
            let line = String(decoding: rest[..<lineEnd], as: UTF8.self)
            guard let count = Int(line, radix: 16) else { throw ClientError.malformed("chunk size \(line)") }
            let begin = lineEnd + 2
            let end = begin + count
            guard rest.endIndex >= end + 2 else { return nil }
            guard rest[lineEnd + 1] == 10, rest[end..<end + 2] == [13, 10] else {
                throw ClientError.malformed("a chunk of \(count) that does not end in CRLF")
            }
            content += rest[begin..<end]
            if count == 0 { return (content, end + 2) }
            rest = rest[(end + 2)...]
        }
        return nil
    }
}
