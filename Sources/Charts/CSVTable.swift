/// A table as CSV (RFC 4180, after comment lines that begin with `#`).
public struct CSVTable {
    private var lines: [String]

    /// A table with these comments and the names of its columns.
    public init(heading: [String], columns: [String]) {
        lines = heading.map { "# " + $0 }
        add(columns)
    }

    /// Adds a record: a field for each column.
    public mutating func add(_ fields: [String]) {
        lines.append(fields.map(Self.quoted).joined(separator: ","))
    }

    /// The whole table.
    public var text: String { lines.map { $0 + "\n" }.joined() }

    private static func quoted(_ field: String) -> String {
        // Scalars: a return and a line feed together are one character.
        guard field.unicodeScalars.contains(where: { [",", "\"", "\r", "\n"].contains($0) }) else {
            return field
        }
        return "\"" + field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
            + "\""
    }
}
