/// Just enough of a request's head to find its body: only our own client speaks to the limit servers.
struct LimitRequestHead {
    /// Its bytes, the empty line included.
    let size: Int
    /// `Content-Length`; 0 when there is none.
    let contentLength: Int

    /// Finds the head at the start of `bytes`; nil when it has not all come.
    static func find(in bytes: Span<UInt8>) -> LimitRequestHead? {
        var line = 0
        var contentLength = 0
        for index in bytes.indices where bytes[index] == lineFeed {
            let isEmpty = index == line + 1
            if isEmpty { return LimitRequestHead(size: index + 1, contentLength: contentLength) }
            contentLength = length(in: bytes.extracting(line..<index)) ?? contentLength
            line = index + 1
        }
        return nil
    }

    private static func length(in line: Span<UInt8>) -> Int? {
        let name: StaticString = "content-length: "
        let start = name.utf8CodeUnitCount
        guard line.count > start, line.extracting(first: start).equals(name) else { return nil }
        return line.extracting(start..<(line.count - 1)).wholeNumber
    }
}
