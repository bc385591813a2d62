// snippet: kernel
import Reduction

/// The Euclidean length of all values, summed in float64: `numpy.sqrt((a.astype('f8') ** 2).sum())` but for
/// the order of the additions.
struct L2Norm: ReductionKernel {
    static let name = "l2-norm"

    private var sum = 0.0
    /// The bytes of a float that the end of a piece has cut, the first one lowest.
    private var cutBits: UInt32 = 0
    private var cutBytes: UInt32 = 0

    var needsCount: Bool { false }
    func scratchBytes(count: Int) -> Int { 0 }
    func accepts(count: Int) -> Bool { count > 0 }

    mutating func begin(count: Int?, scratch: UnsafeMutableRawBufferPointer) { self = L2Norm() }

    mutating func consume(_ bytes: RawSpan) {
        var offset = 0
        while cutBytes > 0, offset < bytes.byteCount { take(bytes, &offset) }
        while offset + 4 <= bytes.byteCount {
            add(bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
            offset += 4
        }
        while offset < bytes.byteCount { take(bytes, &offset) }
    }

    mutating func finish() -> Float {
        precondition(cutBytes == 0, "the body ends inside a float")
        let length = Float(sum.squareRoot())
        return length.isNaN ? Float(bitPattern: 0x7FC0_0000) : length
    }

    /// One byte of a float that is cut.
    private mutating func take(_ bytes: RawSpan, _ offset: inout Int) {
        cutBits |= UInt32(bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self)) << (8 * cutBytes)
        cutBytes += 1
        offset += 1
        if cutBytes == 4 {
            add(cutBits)
            (cutBits, cutBytes) = (0, 0)
        }
    }

    private mutating func add(_ littleEndian: UInt32) {
        let value = Double(Float(bitPattern: littleEndian))
        sum += value * value
    }
}
// end
