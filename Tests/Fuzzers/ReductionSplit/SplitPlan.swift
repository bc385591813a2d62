import Seeds

/// What the bytes of an input stand for, so that few bytes make long bodies, and most inputs make sense.
///
/// | byte | |
/// |---|---|
/// | 0, 1 | columns: 1 to 2,600 |
/// | 2 | rows: at most 5,000 values in all |
/// | 3 | bit 0: the kernel is told the count; bit 1: the values below stand among random ones; bits 2-6: cuts |
/// | 4-11 | any number of values, and the seed |
/// | 2 for each cut | where, in bytes modulo the body's |
/// | the rest | values, repeated |
struct SplitPlan: CustomStringConvertible {
    let columns: Int
    let rows: Int
    let tellsCount: Bool
    let anyCount: Int
    private(set) var cuts: [Int] = []
    private(set) var values: [Float] = []

    init(_ input: [UInt8]) {
        var rest = input[...]
        func number(_ bytes: Int) -> UInt64 {
            (0..<bytes).reduce(0) { number, _ in number << 8 | UInt64(rest.popFirst() ?? 0) }
        }
        columns = 1 + Int(number(2) % 2600)
        rows = 1 + Int(number(1)) % max(1, 5000 / columns)
        let flags = number(1)
        tellsCount = flags & 1 == 1
        let seed = number(8)
        anyCount = Int(seed >> 1)
        let count = rows * columns
        cuts = (0..<flags >> 2 & 31).map { _ in Int(number(2)) % (4 * count + 1) }.sorted()

        let given = stride(from: 0, to: rest.count, by: 4).map { _ in
            Float(bitPattern: UInt32(number(4)).byteSwapped)
        }
        var random = SeededGenerator(seed: seed)
        values = (0..<count).map { index in
            if flags & 2 == 0 { return given.isEmpty ? 0 : given[index % given.count] }
            if index % 101 < given.count { return given[index % 101] }
            return Float.random(in: -1...1, using: &random)
        }
    }

    var description: String { "\(rows) rows of \(columns)" }
}
