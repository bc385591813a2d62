/// A number of bytes as people write it: `30MB` (30,000,000), `1MiB` (1,048,576), `512KiB`, `4`.
public struct ByteSize: Sendable, Hashable {
    /// The number of bytes.
    public var bytes: Int

    /// That many bytes.
    public init(bytes: Int) {
        self.bytes = bytes
    }

    /// Reads a whole number with an optional unit: B, KB, MB, GB (powers of 1000), KiB, MiB, GiB (powers of
    /// 1024), in capitals or not.
    ///
    /// - Throws: ``Malformed`` for anything else, and for a size beyond `Int`.
    public init(_ text: String) throws(Malformed) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let suffix = text.dropFirst(digits.count).lowercased()
        guard let number = Int(digits),
            let unit = suffix.isEmpty ? 1 : Self.units.first(where: { $0.name.lowercased() == suffix })?.bytes
        else { throw Malformed(text: text) }
        let (bytes, overflows) = number.multipliedReportingOverflow(by: unit)
        guard !overflows else { throw Malformed(text: text) }
        self.bytes = bytes
    }

    /// What could not be read as a size.
    public struct Malformed: Error, CustomStringConvertible {
        /// The text as given.
        public let text: String

        /// What is wrong and what would be right.
        public var description: String {
            "'\(text)' is not a size: write it as 30MB, 1MiB, 512KiB or in bytes"
        }
    }

    private static let units: [(name: String, bytes: Int)] = [
        ("GiB", 1 << 30), ("GB", 1_000_000_000), ("MiB", 1 << 20), ("MB", 1_000_000),
        ("KiB", 1 << 10), ("KB", 1000), ("B", 1),
    ]
}

extension ByteSize: CustomStringConvertible {
    /// The size in the largest unit that divides it: `30MB`, `1MiB`, `1234B`.
    public var description: String {
        let unit = Self.units.first { bytes >= $0.bytes && bytes % $0.bytes == 0 }
        return unit.map { "\(bytes / $0.bytes)\($0.name)" } ?? "\(bytes)B"
    }
}

extension ByteSize: Comparable {
    /// By the number of bytes.
    public static func < (left: ByteSize, right: ByteSize) -> Bool { left.bytes < right.bytes }
}
