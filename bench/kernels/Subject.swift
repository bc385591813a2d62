import Glibc
import Reduction

/// Something that reads windows of a body: a kernel, or what a kernel is held against.
struct Subject {
    let name: String
    let path: String
    /// Bytes by which the first float is off a multiple of 64.
    var phase = 0
    /// Reads `total` bytes of a stream that runs through `memory` in windows, again and again, and returns
    /// bits of the answer, so that no reduction can be left out.
    let pass: (_ memory: Memory, _ windowBytes: Int, _ total: Int, _ phase: Int) -> UInt32
    /// The whole number of values nearest 7.5 million that the kernel accepts.
    var unit = 1

    static func kernel(
        _ kernel: some ReductionKernel, _ label: String, path: VectorPath, columns: Int = 1, phase: Int = 0
    ) -> Subject {
        let scratch = Memory(byteCount: kernel.scratchBytes(count: 300_000_000 / 4), filled: false)
        return Subject(
            name: label, path: path.description, phase: phase,
            pass: { memory, windowBytes, total, phase in
                var kernel = kernel
                unsafe kernel.begin(count: total / 4, scratch: scratch.bytes)
                forEachWindow(memory, windowBytes, total, phase) { kernel.consume($0) }
                return kernel.finish().bitPattern
            }, unit: columns)
    }

    /// A sum in no order that numpy knows, eight registers wide: what one pass over the values must cost.
    static func plainSum() -> Subject {
        Subject(
            name: "plain sum", path: "baseline",
            pass: { memory, windowBytes, total, phase in
                var result: UInt32 = 0
                forEachWindow(memory, windowBytes, total, phase) { window in
                    var sums = InlineArray<4, SIMD8<Float>>(repeating: .zero)
                    unsafe window.withUnsafeBytes { bytes in
                        for offset in stride(from: 0, to: bytes.count - 127, by: 128) {
                            for lane in 0..<4 {
                                sums[lane] += unsafe bytes.loadUnaligned(
                                    fromByteOffset: offset + 32 * lane, as: SIMD8<Float>.self)
                            }
                        }
                    }
                    result ^= (sums[0] + sums[1] + sums[2] + sums[3]).sum().bitPattern
                }
                return result
            })
    }

    /// A copy of each window to one place.
    static func copy() -> Subject {
        let target = Memory(byteCount: 1 << 20)
        return Subject(
            name: "memcpy", path: "libc",
            pass: { memory, windowBytes, total, phase in
                forEachWindow(memory, windowBytes, total, phase) { window in
                    unsafe window.withUnsafeBytes {
                        _ = unsafe memcpy(target.bytes.baseAddress!, $0.baseAddress!, $0.count)
                    }
                }
                return unsafe target.bytes.load(as: UInt32.self)
            })
    }
}

@inline(__always)
private func forEachWindow(
    _ memory: Memory, _ windowBytes: Int, _ total: Int, _ phase: Int, _ body: (RawSpan) -> Void
) {
    var done = 0
    var place = phase
    while done < total {
        if unsafe place + windowBytes > memory.bytes.count { place = phase }
        let size = min(windowBytes, total - done)
        body(memory.window(place..<place + size))
        done += size
        place += windowBytes
    }
}
