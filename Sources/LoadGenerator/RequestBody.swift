internal import CLoadPlatform
internal import Glibc

/// The bytes that every request of a run carries: little-endian float32 in [0, 1), the same for each seed, or any
/// others.
public final class RequestBody: Sendable {
    /// How many float32 values it holds whole.
    public var valueCount: Int { byteCount / 4 }
    /// How many bytes.
    public var byteCount: Int { region.count }

    let region: MemoryRegion
    /// The same bytes as a memory file, for `sendfile`.
    let file: Descriptor?

    /// Makes a body of `valueCount` pseudo-random values.
    ///
    /// - Parameter asFile: keep the bytes in a memory file too, for senders that use `sendfile`.
    /// - Throws: ``SystemError`` when there is no memory for it.
    public init(valueCount: Int, seed: UInt64, asFile: Bool = false) throws(SystemError) {
        precondition(valueCount > 0, "a body has at least one value")
        region = try MemoryRegion(count: 4 * valueCount)
        var random = SplitMix64(state: seed)
        for index in 0..<valueCount {
            // 24 bits: every value a float32 holds exactly.
            let value = Float(random.next() >> 40) * 0x1p-24
            unsafe region.base.storeBytes(
                of: value.bitPattern.littleEndian, toByteOffset: 4 * index, as: UInt32.self)
        }
        file = asFile ? try Self.memoryFile(of: region) : nil
    }

    /// No body: what most GETs carry.
    public static func none() throws(SystemError) -> RequestBody {
        try RequestBody(bytes: [])
    }

    /// A body of these bytes.
    public init(bytes: [UInt8]) throws(SystemError) {
        region = try MemoryRegion(count: bytes.count)
        unsafe region.base.copyMemory(from: bytes, byteCount: bytes.count)
        file = nil
    }

    /// The values, as floats.
    public func withValues<Result>(_ read: (Span<Float>) throws -> Result) rethrows -> Result {
        let values = unsafe UnsafeBufferPointer(
            start: region.base.assumingMemoryBound(to: Float.self), count: valueCount)
        return try read(unsafe values.span)
    }

    /// Some of its bytes, copied.
    public func bytes(_ range: Range<Int>) -> [UInt8] {
        let region = region
        return Array(copying: region.bytes.extracting(range))
    }

    /// The last bytes, for whoever wants a sign that a body arrived.
    func lastBytes(_ count: Int) -> [UInt8] {
        let region = region
        return Array(copying: region.bytes.extracting(last: count))
    }

    private static func memoryFile(of region: MemoryRegion) throws(SystemError) -> Descriptor {
        let file = Descriptor(unsafe load_memfd("sluice-body"))
        guard file.number >= 0 else { throw SystemError("memfd_create") }
        var offset = 0
        while offset < region.count {
            let written = unsafe write(file.number, region.base + offset, region.count - offset)
            guard written > 0 else { throw SystemError("write to a memory file") }
            offset += written
        }
        return file
    }
}

/// The largest divisor of a number that is not above `limit`: rows of so many columns.
public func largestDivisor(of number: Int, upTo limit: Int) -> Int {
    stride(from: min(number, limit), to: 1, by: -1).first { number % $0 == 0 } ?? 1
}
