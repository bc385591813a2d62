import Reduction

/// 0 if as many values came as it was told, else no number. It reads none of them: with large bodies that takes a debug build, and one
/// under a sanitizer most of all, nearly all of a scenario's time.
struct Completeness: ReductionKernel {
    static let name = "completeness"
    private var promised: Int?
    private var bytes = 0

    var needsCount: Bool { false }
    func scratchBytes(count: Int) -> Int { 0 }
    func accepts(count: Int) -> Bool { true }

    @unsafe
    mutating func begin(count: Int?, scratch: UnsafeMutableRawBufferPointer) {
        promised = count
        bytes = 0
    }

    mutating func consume(_ bytes: RawSpan) { self.bytes += bytes.byteCount }
    mutating func finish() -> Float { promised.map { $0 * 4 == bytes } ?? true ? 0 : .nan }
}
