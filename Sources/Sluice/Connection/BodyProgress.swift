internal import HTTP1

/// How much of a body has come, and what must still come.
struct BodyProgress {
    private enum Framing {
        case length(remaining: Int)
        case chunked(ChunkedDecoder)
    }

    /// The next thing in a piece of the message.
    enum Step {
        /// Body bytes, as offsets into the piece.
        case data(Range<Int>)
        case needsMore
        /// The body is whole; what follows belongs to the next request.
        case complete
        case refused(Refusal)
    }

    private var framing: Framing
    /// Body bytes taken so far.
    private(set) var bodyBytes = 0

    init(_ framing: BodyFraming, bodyLimit: Int) {
        switch framing {
        case .none: self.framing = .length(remaining: 0)
        case .length(let length): self.framing = .length(remaining: length)
        case .chunked: self.framing = .chunked(ChunkedDecoder(bodyLimit: bodyLimit))
        }
    }

    /// Looks at `piece` from `offset` on, and moves `offset` past what it used.
    mutating func next(_ piece: RawSpan, from offset: inout Int) -> Step {
        switch framing {
        case .length(0): return .complete
        case .length(let remaining):
            let count = min(remaining, piece.byteCount - offset)
            guard count > 0 else { return .needsMore }
            let range = offset..<(offset + count)
            offset += count
            bodyBytes += count
            framing = .length(remaining: remaining - count)
            return .data(range)
        case .chunked(var decoder):
            let step = decoder.next(piece, from: &offset)
            framing = .chunked(decoder)
            switch step {
            case .data(let range):
                bodyBytes += range.count
                return .data(range)
            case .needsMore: return .needsMore
            case .complete: return .complete
            case .refused(let refusal): return .refused(refusal)
            }
        }
    }

    /// That many body bytes went straight to their place.
    mutating func skip(_ count: Int) {
        bodyBytes += count
        switch framing {
        case .length(let remaining): framing = .length(remaining: remaining - count)
        case .chunked(var decoder):
            decoder.skipData(count)
            framing = .chunked(decoder)
        }
    }

    var isChunked: Bool { if case .chunked = framing { true } else { false } }

    /// The fewest bytes of the message that must still come: never wait for more, never read far beyond.
    var minimumRemaining: Int {
        switch framing {
        case .length(let remaining): remaining
        case .chunked(let decoder): decoder.minimumRemaining
        }
    }

    /// Body bytes that may be received in one run, with no framing between them.
    var contiguousRemaining: Int {
        switch framing {
        case .length(let remaining): remaining
        case .chunked(let decoder): decoder.chunkRemaining
        }
    }
}
