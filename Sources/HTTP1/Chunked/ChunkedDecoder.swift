/// Finds the data in a body of `Transfer-Encoding: chunked`, RFC 9112 section 7.1.
///
/// The decoder copies nothing: it says where in the caller's bytes the data lies, and how much of the
/// present chunk is still to come, so that a large chunk can be received straight at its place. Its state is
/// a few words, whatever the number of chunks, and like the head parser it decides at the earliest byte that
/// settles the matter, however the bytes are cut.
///
/// ```swift
/// var offset = 0
/// while true {
///     switch decoder.next(window, from: &offset) {
///     case .data(let range): consume(window.extracting(range))
///     case .needsMore: return                // every byte of the window is used
///     case .complete: return finish(overRead: window.byteCount - offset)
///     case .refused(let refusal): return refuse(refusal)
///     }
/// }
/// ```
public struct ChunkedDecoder: Sendable {
    /// The next event.
    public enum Step: Sendable {
        /// Data, never empty: offsets into the span handed in.
        case data(Range<Int>)
        /// Every byte of the span is used and the body is not at its end.
        case needsMore
        /// The body is at its end; what follows in the span belongs to the next request.
        case complete
        /// The body will never be acceptable. The connection cannot be used further.
        case refused(Refusal)
    }

    /// Where in the body the next byte stands.
    enum State: Sendable {
        case size, extensionStart, extensionBody, sizeLineFeed
        case data, dataCarriageReturn, dataLineFeed
        case trailerStart, trailerName, trailerValue, trailerLineFeed
        case lastLineFeed, complete
    }

    /// Sixteen digits are 64 bits: a longer size would wrap round in some servers, and the wrapped size
    /// would be where the next request is found.
    private static let sizeDigits = 16

    private let bodyLimit: Int
    let limits: ChunkedLimits
    var state = State.size
    private var refusal: Refusal?
    /// Of the size line being read.
    private var size: UInt64 = 0
    private var digitCount = 0
    private var extensionBytes = 0
    private var chunkCount = 0
    var trailers = Trailers()

    /// Data bytes of the current chunk still to come; 0 between chunks.
    public private(set) var chunkRemaining = 0

    /// Data bytes found so far, those of ``skipData(_:)`` included.
    public private(set) var bodyBytes = 0

    /// Makes a decoder for one body.
    ///
    /// - Parameter bodyLimit: the most data bytes the body may have. The size line that would exceed it is
    ///   refused with 413 before any of its data. Taken as half of `Int.max` if it is more.
    public init(bodyLimit: Int, limits: ChunkedLimits = .init()) {
        // So that no sum of a size that passed and its framing can overflow.
        self.bodyLimit = min(bodyLimit, Int.max / 2)
        self.limits = limits
    }

    /// Looks at the bytes from `offset` and gives the next event.
    ///
    /// - Parameters:
    ///   - bytes: bytes of the body as they came, each handed in once.
    ///   - offset: the first byte not used yet; moved past what this call used.
    public mutating func next(_ bytes: RawSpan, from offset: inout Int) -> Step {
        if let refusal { return .refused(refusal) }
        do throws(Refusal) {
            while state != .complete {
                if offset >= bytes.byteCount { return .needsMore }
                if state == .data {
                    let count = min(chunkRemaining, bytes.byteCount - offset)
                    let range = offset..<offset + count
                    offset += count
                    skipData(count)
                    return .data(range)
                }
                try take(bytes.byte(at: offset))
                offset += 1
            }
        } catch {
            refusal = error
            return .refused(error)
        }
        return .complete
    }

    /// Tells that bytes of the current chunk were received elsewhere: straight at their place.
    ///
    /// - Parameter count: at most ``chunkRemaining``; more traps, since those bytes were not data.
    public mutating func skipData(_ count: Int) {
        precondition((0...chunkRemaining).contains(count), "More was received than the chunk holds.")
        chunkRemaining -= count
        bodyBytes += count
        if state == .data, chunkRemaining == 0 { state = .dataCarriageReturn }
    }

    /// Takes one byte that is not data.
    private mutating func take(_ byte: UInt8) throws(Refusal) {
        switch state {
        case .size: try takeSize(byte)
        case .extensionStart: try takeExtensionStart(byte)
        case .extensionBody: try takeExtension(byte)
        case .sizeLineFeed:
            try expect(byte, ASCII.lineFeed, "A chunk size line has a carriage return without a line feed.")
            startChunk()
        case .dataCarriageReturn:
            try expect(byte, ASCII.carriageReturn, "A chunk's data is longer than its size said.")
            state = .dataLineFeed
        case .dataLineFeed:
            try expect(byte, ASCII.lineFeed, "A chunk's data is not followed by a line end.")
            state = .size
        case .trailerStart, .trailerName, .trailerValue, .trailerLineFeed: try takeTrailer(byte)
        case .lastLineFeed:
            try expect(byte, ASCII.lineFeed, "The trailer section has a carriage return without a line feed.")
            state = .complete
        case .data, .complete: break
        }
    }

    func expect(_ byte: UInt8, _ expected: UInt8, _ reason: StaticString) throws(Refusal) {
        guard byte == expected else { throw .badRequest(reason) }
    }

    // MARK: Size line

    private mutating func takeSize(_ byte: UInt8) throws(Refusal) {
        if let digit = ASCII.hexValue(byte) {
            guard digitCount < Self.sizeDigits else {
                throw .badRequest("A chunk size has more than 16 digits.")
            }
            size = size << 4 | UInt64(digit)
            digitCount += 1
            return
        }
        // `5 `, `0x5` and `+5` are a number to one server and an error, or another number, to the next.
        guard digitCount > 0, byte == ASCII.carriageReturn || byte == ASCII.semicolon else {
            throw .badRequest("A chunk does not begin with its size in hexadecimal digits and a line end.")
        }
        try admitChunk()
        if byte == ASCII.carriageReturn {
            state = .sizeLineFeed
        } else {
            state = .extensionStart
            try countExtensionByte()
        }
    }

    /// Judges the size as soon as it is whole.
    private mutating func admitChunk() throws(Refusal) {
        guard !isTooLarge else {
            let (sum, overflow) = size.addingReportingOverflow(UInt64(bodyBytes))
            throw Refusal(
                .contentTooLarge, "The body has too many bytes",
                .exceeded(limit: bodyLimit, by: Int(clamping: overflow ? .max : sum)))
        }
        guard size > 0 else { return }
        chunkCount += 1
        guard chunkCount <= limits.chunks else {
            throw .badRequest("The body has too many chunks", .limit(limits.chunks))
        }
    }

    /// An extension has a name, RFC 9112 section 7.1.1, after blanks that the grammar tolerates.
    private mutating func takeExtensionStart(_ byte: UInt8) throws(Refusal) {
        try countExtensionByte()
        if ASCII.isBlank(byte) { return }
        guard ASCII.isToken(byte) else { throw .badRequest("A chunk extension has no name.") }
        state = .extensionBody
    }

    /// What the extension says is of no interest; where its line ends is. A bare LF here hid a second request
    /// from more than one proxy.
    private mutating func takeExtension(_ byte: UInt8) throws(Refusal) {
        if byte == ASCII.carriageReturn {
            state = .sizeLineFeed
            return
        }
        guard ASCII.isFieldContent(byte) else {
            throw .badRequest("A chunk extension holds a control character.")
        }
        try countExtensionByte()
    }

    private mutating func countExtensionByte() throws(Refusal) {
        extensionBytes += 1
        guard extensionBytes <= limits.extensionBytes else {
            throw .badRequest(
                "The body's chunk extensions have too many bytes", .limit(limits.extensionBytes))
        }
    }

    private mutating func startChunk() {
        state = size == 0 ? .trailerStart : .data
        chunkRemaining = Int(clamping: size)
        size = 0
        digitCount = 0
    }

    // MARK: What must still come

    /// The fewest bytes that must still come before the body can end; 0 when it has ended or is refused.
    ///
    /// Some continuation of exactly this many bytes ends the body, and no shorter one does. So this many may
    /// be waited for (`SO_RCVLOWAT`) and be read without reading into the next request. Once a size line
    /// names more than the body limit it is 1: the next byte brings the refusal nearer, not the end. So it is
    /// never more than the body limit and a few bytes of framing.
    ///
    /// It says nothing about when a *refusal* can come. Between chunks (``chunkRemaining`` is 0) wait for one
    /// byte only, so that a bad or too large size line is answered when it comes.
    public var minimumRemaining: Int {
        if refusal != nil { return 0 }
        switch state {
        case .size where digitCount == 0: return 5
        case .size: return isTooLarge ? 1 : 2 + afterSizeLine
        case .extensionStart: return 3 + afterSizeLine
        case .extensionBody: return 2 + afterSizeLine
        case .sizeLineFeed: return 1 + afterSizeLine
        case .data: return chunkRemaining + Self.afterData
        case .dataCarriageReturn: return 7
        case .dataLineFeed: return 6
        case .trailerStart: return 2
        case .trailerName: return 5
        case .trailerValue: return 4
        case .trailerLineFeed: return 3
        case .lastLineFeed: return 1
        case .complete: return 0
        }
    }

    /// CR LF after the data, then `0` CR LF CR LF.
    private static let afterData = 7

    private var isTooLarge: Bool { size > UInt64(clamping: bodyLimit - bodyBytes) }

    /// After a size line that is not too large.
    private var afterSizeLine: Int {
        size == 0 ? 2 : Int(clamping: size) + Self.afterData
    }
}
