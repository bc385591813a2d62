/// What a client has received, taken apart without the server's own code.
struct ReceivedResponses {
    struct Response: Equatable {
        var status: Int
        var closes: Bool
        var fields: [String: String]
        var body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }
    }

    /// Final answers, in order.
    var finals: [Response] = []
    /// `100 Continue`, and before how many final answers each came.
    var interims: [Int] = []
    /// Bytes of an answer that was cut off.
    var rest = 0
    var problem: String?

    init(_ bytes: [UInt8]) {
        var offset = 0
        while offset < bytes.count {
            guard let end = Self.endOfHead(bytes, from: offset) else { break }
            let lines = String(decoding: bytes[offset..<end - 4], as: UTF8.self)
                .split(separator: "\r\n", omittingEmptySubsequences: false)
            let words = lines[0].split(separator: " ")
            guard words.count >= 2, words[0] == "HTTP/1.1", let status = Int(words[1]) else {
                problem = "not a status line: \(lines[0])"
                return
            }
            if status == 100 {
                interims.append(finals.count)
                offset = end
                continue
            }
            var fields: [String: String] = [:]
            for line in lines.dropFirst() {
                guard let colon = line.firstIndex(of: ":") else {
                    problem = "not a field: \(line)"
                    return
                }
                fields[line[..<colon].lowercased()] =
                    line[line.index(after: colon)...]
                    .drop { $0 == " " }.description
            }
            if fields["transfer-encoding"] == "chunked" {
                guard let (body, bodyEnd) = Self.chunks(bytes, from: end) else { break }
                finals.append(
                    Response(
                        status: status, closes: fields["connection"] == "close", fields: fields, body: body))
                offset = bodyEnd
                continue
            }
            let length = status == 204 ? 0 : fields["content-length"].flatMap { Int($0) }
            guard let length, fields["date"] != nil else {
                problem = "an answer without Content-Length or Date: \(lines)"
                return
            }
            guard end + length <= bytes.count else { break }
            finals.append(
                Response(
                    status: status, closes: fields["connection"] == "close", fields: fields,
                    body: Array(bytes[end..<end + length])))
            offset = end + length
        }
        rest = bytes.count - offset
    }

    /// Chunks put together, and where they end; nil if they are cut off.
    private static func chunks(_ bytes: [UInt8], from start: Int) -> ([UInt8], Int)? {
        var body: [UInt8] = []
        var offset = start
        while let lineEnd = bytes[offset...].firstIndex(of: 13),
            let size = Int(String(decoding: bytes[offset..<lineEnd], as: UTF8.self), radix: 16)
        {
            let data = lineEnd + 2
            guard data + size + 2 <= bytes.count else { return nil }
            body += bytes[data..<data + size]
            offset = data + size + 2
            if size == 0 { return (body, offset) }
        }
        return nil
    }

    private static func endOfHead(_ bytes: [UInt8], from start: Int) -> Int? {
        var index = start
        while index + 4 <= bytes.count {
            if bytes[index] == 13, bytes[index + 1] == 10, bytes[index + 2] == 13, bytes[index + 3] == 10 {
                return index + 4
            }
            index += 1
        }
        return nil
    }
}
