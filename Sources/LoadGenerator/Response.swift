/// A response, found in the bytes received so far.
///
/// Strict: a status line, fields, and a body whose end is known. There is one function and it keeps no state:
/// it is asked again when more bytes have come, so it cannot depend on how they were cut.
public struct Response: Equatable, Sendable {
    /// The status code.
    public let status: Int
    /// Where its body lies in the bytes: all of it, chunk headers and trailers included if it came in chunks.
    public let body: Range<Int>
    /// Where the content of each chunk lies; nil when it did not come in chunks.
    let chunks: [Range<Int>]?
    /// Whether another request may follow on the connection.
    public let keepsAlive: Bool

    /// Finds a response at the start of `bytes`.
    ///
    /// - Parameters:
    ///   - ended: whether the server has closed its side, so that nothing will follow.
    ///   - mayBeFollowed: whether more may stand behind it: the answers to pipelined requests.
    /// - Returns: nil when more bytes are needed.
    public static func find(
        in bytes: Span<UInt8>, ended: Bool, mayBeFollowed: Bool = false
    ) throws(Malformed) -> Response? {
        var start = 0
        while let head = try ResponseHead.find(in: bytes, from: start) {
            // 1xx is a word on the way; the response is still to come.
            if 100..<200 ~= head.status {
                start = head.end
                continue
            }
            return try find(after: head, in: bytes, ended: ended, mayBeFollowed)
        }
        if ended { throw .cut }
        return nil
    }

    private static func find(
        after head: ResponseHead, in bytes: Span<UInt8>, ended: Bool, _ mayBeFollowed: Bool
    ) throws(Malformed) -> Response? {
        if head.isChunked, head.contentLength != nil { throw .transferEncoding }
        let end: Int
        var chunks: [Range<Int>]?
        if head.status == 204 || head.status == 304 {
            end = head.end
        } else if head.isChunked {
            guard let content = try ChunkedContent.find(in: bytes, from: head.end) else {
                if ended { throw .cut }
                return nil
            }
            (end, chunks) = (content.end, content.pieces)
        } else if let length = head.contentLength {
            // Not head.end + length: the length is the server's, and may be as large as it likes.
            guard bytes.count - head.end >= length else {
                if ended { throw .cut }
                return nil
            }
            end = head.end + length
        } else {
            // No length: the body ends with the connection.
            guard ended else { return nil }
            end = bytes.count
        }
        if end < bytes.count, !mayBeFollowed { throw .unaskedBytes }
        let isLast = ended && end == bytes.count
        return Response(
            status: head.status, body: head.end..<end, chunks: chunks, keepsAlive: head.keepsAlive && !isLast)
    }

    /// The body without its framing, taken from the bytes that the response was found in.
    func content(in bytes: [UInt8]) -> ArraySlice<UInt8> {
        guard let chunks else { return bytes[body] }
        return ArraySlice(chunks.flatMap { bytes[$0] })
    }

    /// Why bytes are no response.
    public enum Malformed: Error, Equatable, Sendable {
        case statusLine, field, contentLength
        /// A transfer coding that this client does not take apart, or one beside a length.
        case transferEncoding
        /// A chunk's size, or what stands behind a chunk.
        case chunk
        /// More bytes than the response has.
        case unaskedBytes
        /// The connection ended within the response.
        case cut
    }
}
