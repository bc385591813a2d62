internal import HTTP1

/// How much of a body has come, and what must still come.
///
/// A decoder is always there, used or not: as an enum's payload its 176 bytes would be copied at each look.
struct BodyProgress {
    /// The next thing in a piece of the message.
    enum Step {
        /// Body bytes, as offsets into the piece.
        case data(Range<Int>)
        case needsMore
        /// The body is whole; what follows belongs to the next request.
        case complete
        case refused(Refusal)
    }

    let isChunked: Bool
    /// Body bytes still to come, if that is known.
    private var lengthRemaining: Int
    private var decoder: ChunkedDecoder
    /// Body bytes taken so far.
    private(set) var bodyBytes = 0

    init(_ framing: BodyFraming, bodyLimit: Int) {
        decoder = ChunkedDecoder(bodyLimit: bodyLimit)
        switch framing {
        case .none: (isChunked, lengthRemaining) = (false, 0)
        case .length(let length): (isChunked, lengthRemaining) = (false, length)
        case .chunked: (isChunked, lengthRemaining) = (true, 0)
        }
    }

    /// Looks at `piece` from `offset` on, and moves `offset` past what it used.
    mutating func next(_ piece: RawSpan, from offset: inout Int) -> Step {
        guard isChunked else { return nextOfLength(piece.byteCount, from: &offset) }
        switch decoder.next(piece, from: &offset) {
        case .data(let range):
            bodyBytes += range.count
            return .data(range)
        case .needsMore: return .needsMore
        case .complete: return .complete
        case .refused(let refusal): return .refused(refusal)
        }
    }

    private mutating func nextOfLength(_ byteCount: Int, from offset: inout Int) -> Step {
        guard lengthRemaining > 0 else { return .complete }
        let count = min(lengthRemaining, byteCount - offset)
        guard count > 0 else { return .needsMore }
        let range = offset..<(offset + count)
        offset += count
        bodyBytes += count
        lengthRemaining -= count
        return .data(range)
    }

    /// That many body bytes went straight to their place.
    mutating func skip(_ count: Int) {
        bodyBytes += count
        if isChunked { decoder.skipData(count) } else { lengthRemaining -= count }
    }

    /// The fewest bytes of the message that must still come: never wait for more, never read far beyond.
    var minimumRemaining: Int { isChunked ? decoder.minimumRemaining : lengthRemaining }

    /// Body bytes that may be received in one run, with no framing between them.
    var contiguousRemaining: Int { isChunked ? decoder.chunkRemaining : lengthRemaining }
}
