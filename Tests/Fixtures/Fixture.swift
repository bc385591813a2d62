internal import Glibc

/// One line of `fixtures/manifest.tsv`: an array, a number of columns, and numpy's answers.
/// `fixtures/make_fixtures.py` describes the format.
public struct Fixture: CustomStringConvertible, Sendable {
    /// The array's name; several lines with different columns share one array.
    public let name: String
    /// Where its values come from: `file`, `ramp` or `hash`.
    public let source: String
    /// Where it begins in `arrays.f32`, in bytes.
    public let offset: Int
    /// Values.
    public let count: Int
    /// Values in a row.
    public let columns: Int
    /// By kernel name, the answer's bits.
    public let answers: [String: UInt32]

    /// Its name, for the messages of tests.
    public var description: String { "\(name), \(columns) columns" }

    /// The array, as it would be sent.
    public var bytes: [UInt8] {
        switch source {
        case "file": Array(Fixture.arrays[offset..<offset + 4 * count])
        case "ramp": Self.bytes(of: (0..<count).map { Float(Double($0) / Double(count)) })
        case "hash":
            Self.bytes(
                of: (0..<count).map {
                    Float(Double(UInt32(truncatingIfNeeded: $0 * 2_654_435_761) >> 8) / 8_388_608 - 1)
                })
        default: fatalError("manifest.tsv: unknown source \(source)")
        }
    }

    /// Values as they are sent: four bytes each, the lowest first.
    public static func bytes(of values: [Float]) -> [UInt8] {
        values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) } }
    }

    /// All lines that a build of this kind has time for.
    public static let all = parse().filter { $0.count <= largestCount }

    #if DEBUG
        /// The largest array of such a build: its kernels are 20 to 60 times slower.
        public static let largestCount = 20_000
    #else
        /// The largest array of such a build.
        public static let largestCount = Int.max
    #endif

    private static let arrays = read("arrays.f32")

    private static func parse() -> [Fixture] {
        let lines = String(decoding: read("manifest.tsv"), as: UTF8.self).split(separator: "\n")
        let header = lines[0].split(separator: "\t").map(String.init)
        return lines.dropFirst().map { line in
            let fields = line.split(separator: "\t").map(String.init)
            let row = Dictionary(uniqueKeysWithValues: zip(header, fields))
            // The bytes are written as they are sent, the lowest first.
            let answers = header.dropFirst(5).map { ($0, UInt32(row[$0]!, radix: 16)!.byteSwapped) }
            return Fixture(
                name: row["name"]!, source: row["source"]!, offset: Int(row["offset"]!)!,
                count: Int(row["count"]!)!, columns: Int(row["columns"]!)!,
                answers: Dictionary(uniqueKeysWithValues: answers))
        }
    }

    private static func read(_ name: String) -> [UInt8] {
        let folder = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let path = "/\(folder)/fixtures/\(name)"
        let descriptor = unsafe open(path, O_RDONLY)
        precondition(descriptor >= 0, "cannot open \(path)")
        defer { close(descriptor) }
        let size = Int(lseek(descriptor, 0, SEEK_END))
        return unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, initialized in
            initialized = unsafe pread(descriptor, buffer.baseAddress, size, 0)
        }
    }
}
