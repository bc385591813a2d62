/// Bytes of requests.
enum Request {
    static let health = "GET /health HTTP/1.1\r\nHost: a\r\n\r\n"
    static let metrics = "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n"

    /// A post of a body with its length.
    static func post(_ body: [UInt8], query: String = "", fields: [String] = []) -> [UInt8] {
        head(query, fields + ["Content-Length: \(body.count)"]) + body
    }

    /// A post of a body in chunks that end at `cuts`.
    static func postChunked(_ body: [UInt8], cuts: [Int] = [], query: String = "", fields: [String] = [])
        -> [UInt8]
    {
        head(query, fields + ["Transfer-Encoding: chunked"]) + chunked(body, cuts: cuts)
    }

    static func chunked(_ body: [UInt8], cuts: [Int] = []) -> [UInt8] {
        var bytes: [UInt8] = []
        var start = 0
        for end in cuts + [body.count] where end > start {
            bytes += Array("\(String(end - start, radix: 16))\r\n".utf8)
            bytes += body[start..<end]
            bytes += [13, 10]
            start = end
        }
        return bytes + Array("0\r\n\r\n".utf8)
    }

    static func head(_ query: String, _ fields: [String]) -> [UInt8] {
        let target = query.isEmpty ? "/predict" : "/predict?\(query)"
        return Array(
            (["POST \(target) HTTP/1.1", "Host: a"] + fields + ["", ""]).joined(separator: "\r\n").utf8)
    }
}
