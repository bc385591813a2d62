/// A table as GitHub's Markdown has them; the columns at both ends to the left, as texts, the others to the right.
public struct MarkdownTable {
    /// The table's lines.
    public private(set) var lines: [String] = []

    /// A table with the names of its columns.
    public init(columns: [String]) {
        add(columns)
        lines.append("|---|" + columns.dropFirst(2).map { _ in "---:|" }.joined() + "---|")
    }

    /// Adds a row: a text for each column.
    public mutating func add(_ fields: [String]) {
        lines.append("| " + fields.map(Self.escaped).joined(separator: " | ") + " |")
    }

    /// In one line, and no bar that ends the cell.
    private static func escaped(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).joined(separator: " ").split(
            separator: "|", omittingEmptySubsequences: false
        ).joined(separator: "\\|")
    }
}
