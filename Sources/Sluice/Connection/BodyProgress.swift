internal import HTTP1

/// How much of a body has come, and what must still come.
///
/// A decoder is always there, used or not, and what is still to come is kept and not asked of it: as an enum's
/// payload, or through a getter, its 176 bytes would be copied at each look.
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
    private var decoder: ChunkedDecoder
    /// The fewest bytes of the message that must still come: never wait for more, never read far beyond.
    private(set) var minimumRemaining: Int
    /// Body bytes that may be received in one run, with no framing between them.
    private(set) var contiguousRemaining: Int
    /// Body bytes taken so far.
    private(set) var bodyBytes = 0

    init(_ framing: BodyFraming, bodyLimit: Int) {
        decoder = ChunkedDecoder(bodyLimit: bodyLimit)
        switch framing {
        case .none: (isChunked, contiguousRemaining) = (false, 0)
        case .length(let length): (isChunked, contiguousRemaining) = (false, length)
        case .chunked: (isChunked, contiguousRemaining) = (true, 0)
        }
        minimumRemaining = isChunked ? decoder.minimumRemaining : contiguousRemaining
    }

    /// Looks at `piece` from `offset` on, and moves `offset` past what it used.
    mutating func next(_ piece: RawSpan, from offset: inout Int) -> Step {
        guard isChunked else { return nextOfLength(piece.byteCount, from: &offset) }
        defer { lookAtDecoder() }
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
        guard contiguousRemaining > 0 else { return .complete }
        let count = min(contiguousRemaining, byteCount - offset)
        guard count > 0 else { return .needsMore }
        let range = offset..<(offset + count)
        offset += count
        bodyBytes += count
        contiguousRemaining -= count
        minimumRemaining = contiguousRemaining
        return .data(range)
    }

    /// That many body bytes went straight to their place.
    mutating func skip(_ count: Int) {
        bodyBytes += count
        if isChunked {
            decoder.skipData(count)
            lookAtDecoder()
        } else {
            precondition(count <= contiguousRemaining, "received beyond the body")
            contiguousRemaining -= count
            minimumRemaining = contiguousRemaining
        }
    }

    private mutating func lookAtDecoder() {
        contiguousRemaining = decoder.chunkRemaining
        minimumRemaining = decoder.minimumRemaining
    }
}
