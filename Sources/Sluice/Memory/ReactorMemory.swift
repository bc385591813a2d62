internal import HTTP1

/// All memory of one reactor that the kernel writes to or reads from, but for the arena: mapped, aligned and
/// touched at start-up but for the responses, never grown.
///
/// ```
/// | windows | drain scratch | head buffers | responses, one for each connection |
/// ```
///
/// The windows come first, on their own huge page, because they alone are hot.
@safe
struct ReactorMemory: ~Copyable {
    static let responseBytes = 512
    static let drainBytes = 64 << 10

    private let pages: PageMemory
    let windowBytes: Int
    let windowCount: Int
    let headBufferCount: Int
    private let headsOffset: Int
    private let responsesOffset: Int

    init(
        windowBytes: Int, windowCount: Int, headBufferCount: Int, connectionCount: Int
    ) throws(MemoryError) {
        self.windowBytes = windowBytes
        self.windowCount = windowCount
        self.headBufferCount = headBufferCount
        headsOffset = windowBytes * windowCount + Self.drainBytes
        responsesOffset = headsOffset + headBufferCount * Limits.headBytes
        // But for the responses, which most of ten thousand connections never need: the slots used last are used
        // again first, and keep theirs.
        pages = try PageMemory(
            byteCount: responsesOffset + connectionCount * Self.responseBytes,
            touchedBytes: responsesOffset)
    }

    var windowsBase: UnsafeMutableRawPointer { unsafe pages.bytes.baseAddress.unsafelyUnwrapped }
    var headsBase: UnsafeMutableRawPointer { unsafe windowsBase + headsOffset }

    /// Memory that discarded bytes may be written to, by any number of receives at once.
    var drainScratch: UnsafeMutableRawBufferPointer {
        unsafe UnsafeMutableRawBufferPointer(
            start: windowsBase + windowBytes * windowCount, count: Self.drainBytes)
    }

    func window(_ id: UInt16) -> UnsafeMutableRawBufferPointer {
        precondition(Int(id) < windowCount)
        return unsafe UnsafeMutableRawBufferPointer(
            start: windowsBase + Int(id) * windowBytes, count: windowBytes)
    }

    func headBuffer(_ id: UInt16) -> UnsafeMutableRawBufferPointer {
        precondition(Int(id) < headBufferCount)
        return unsafe UnsafeMutableRawBufferPointer(
            start: headsBase + Int(id) * Limits.headBytes, count: Limits.headBytes)
    }

    func response(ofSlot slot: Int) -> UnsafeMutableRawBufferPointer {
        unsafe UnsafeMutableRawBufferPointer(
            start: windowsBase + responsesOffset + slot * Self.responseBytes, count: Self.responseBytes)
    }
}
