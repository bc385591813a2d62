/// Just enough of HTTP/1.1 for a client to see where a response ends. Not the server's parser: a test that
/// used that would believe its mistakes.
enum ResponseFraming {
    /// The length of the response at the front of `bytes`, or nil while it is not whole.
    static func length(_ bytes: ArraySlice<UInt8>) -> Int? {
        let terminator: [UInt8] = [13, 10, 13, 10]
        var end = bytes.startIndex
        while end + 4 <= bytes.endIndex, !bytes[end..<end + 4].elementsEqual(terminator) { end += 1 }
        guard end + 4 <= bytes.endIndex else { return nil }
        let head = String(decoding: bytes[..<end], as: UTF8.self).lowercased()
        let headLength = end + 4 - bytes.startIndex
        let lines = head.split(separator: "\r\n")
        let status = lines.first?.split(separator: " ").dropFirst().first ?? ""
        if status.hasPrefix("1") || status == "204" || status == "304" { return headLength }
        if lines.contains("transfer-encoding: chunked") {
            return chunkedLength(bytes[(end + 4)...]).map { headLength + $0 }
        }
        let field = lines.first { $0.hasPrefix("content-length:") }
        let digits = field?.drop { $0 != ":" }.dropFirst().filter { $0 != " " }
        let total = headLength + (digits.flatMap { Int(String($0)) } ?? 0)
        return bytes.count >= total ? total : nil
    }

    /// The length of chunks without extensions and trailers, or nil while they are not whole.
    private static func chunkedLength(_ bytes: ArraySlice<UInt8>) -> Int? {
        var offset = bytes.startIndex
        while let lineEnd = bytes[offset...].firstIndex(of: 13), lineEnd + 1 < bytes.endIndex {
            guard let size = Int(String(decoding: bytes[offset..<lineEnd], as: UTF8.self), radix: 16) else {
                return nil
            }
            offset = lineEnd + 2 + size + 2
            guard offset <= bytes.endIndex else { return nil }
            if size == 0 { return offset - bytes.startIndex }
        }
        return nil
    }
}
