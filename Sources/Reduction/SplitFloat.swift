/// The at most three bytes of a float that was cut by the end of a window: all that is kept of a body.
struct SplitFloat {
    /// Whole values: perhaps one that was cut, then a run where it lies, at any alignment.
    @unsafe struct Values {
        var completed: Float?
        var run: UnsafeRawPointer?
        var count = 0

        /// Calls `body` with a pointer to values and their number: twice, once, or not at all.
        @inline(__always)
        func forEachRun(_ body: (UnsafeRawPointer, Int) -> Void) {
            if let completed = unsafe completed {
                unsafe withUnsafeBytes(of: completed) { unsafe body($0.baseAddress!, 1) }
            }
            if let run = unsafe run, unsafe count > 0 { unsafe body(run, count) }
        }
    }

    private var bits: UInt32 = 0
    private var byteCount = 0

    var isEmpty: Bool { byteCount == 0 }

    /// The whole values that are there with the next bytes; the bytes behind the last are kept.
    mutating func values(_ bytes: UnsafeRawBufferPointer) -> Values {
        guard let start = bytes.baseAddress else { return unsafe Values() }
        var offset = 0
        var completed: Float?
        if byteCount > 0 {
            while byteCount < 4, offset < bytes.count {
                unsafe keep(bytes[offset])
                offset += 1
            }
            guard byteCount == 4 else { return unsafe Values() }
            completed = Float(bitPattern: bits)
            self = SplitFloat()
        }
        let count = (bytes.count - offset) / 4
        for index in offset + 4 * count..<bytes.count { unsafe keep(bytes[index]) }
        return unsafe Values(completed: completed, run: start + offset, count: count)
    }

    private mutating func keep(_ byte: UInt8) {
        bits |= UInt32(byte) << (8 * UInt32(byteCount))
        byteCount += 1
    }
}
