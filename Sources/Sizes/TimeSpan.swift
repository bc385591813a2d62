/// A length of time as people write it: `5s`, `500ms`, `2m`; a number alone is seconds.
public struct TimeSpan: Sendable, Hashable {
    /// The length in whole milliseconds.
    public var milliseconds: Int

    /// That many milliseconds.
    public init(milliseconds: Int) {
        self.milliseconds = milliseconds
    }

    /// A duration, to the millisecond below; none for a negative one.
    public init(_ duration: Duration) {
        let (seconds, attoseconds) = max(duration, .zero).components
        let (whole, overflows) = Int(seconds).multipliedReportingOverflow(by: 1000)
        milliseconds = overflows ? .max : whole + Int(attoseconds / 1_000_000_000_000_000)
    }

    /// Reads a whole number with an optional unit: ms, s or m.
    ///
    /// - Throws: ``Malformed`` for anything else, and for a time beyond `Int`.
    public init(_ text: String) throws(Malformed) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let suffix = text.dropFirst(digits.count)
        guard let number = Int(digits),
            let unit = suffix.isEmpty ? 1000 : Self.units.first(where: { $0.name == suffix })?.milliseconds
        else { throw Malformed(text: text) }
        let (milliseconds, overflows) = number.multipliedReportingOverflow(by: unit)
        guard !overflows else { throw Malformed(text: text) }
        self.milliseconds = milliseconds
    }

    /// What could not be read as a time.
    public struct Malformed: Error, CustomStringConvertible {
        /// The text as given.
        public let text: String

        /// What is wrong and what would be right.
        public var description: String { "'\(text)' is not a time: write it as 5s, 500ms or 2m" }
    }

    /// The same length for the clocks.
    public var duration: Duration { .milliseconds(milliseconds) }

    private static let units = [
        (name: "ms", milliseconds: 1), (name: "s", milliseconds: 1000), (name: "m", milliseconds: 60_000),
    ]
}

extension TimeSpan: CustomStringConvertible {
    /// The time in the largest unit that divides it: `2m`, `5s`, `500ms`, `0s`.
    public var description: String {
        switch milliseconds {
        case 1... where milliseconds % 60_000 == 0: "\(milliseconds / 60_000)m"
        case _ where milliseconds % 1000 == 0: "\(milliseconds / 1000)s"
        default: "\(milliseconds)ms"
        }
    }
}
