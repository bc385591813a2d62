/// Reads RFC 4180 after lines of comment, with code that shares nothing with what writes it.
public struct CSVReader {
    /// The lines before the table, without their `# `.
    public private(set) var comments: [String] = []
    /// By the names in the first record.
    public private(set) var records: [[String: String]] = []
    /// The names in the first record.
    public private(set) var columns: [String] = []

    /// Reads a table. Nil when a record has not as many fields as the first, or a quote does not end.
    public init?(_ text: String) {
        var rest = Substring(text)
        while rest.first == "#" {
            let line = rest.prefix { $0 != "\n" }
            comments.append(String(line.dropFirst(2)))
            rest = rest.dropFirst(line.count + 1)
        }
        var record: [String] = []
        var field = ""
        var isQuoted = false
        while let character = rest.popFirst() {
            switch (character, isQuoted) {
            case ("\"", true) where rest.first == "\"":
                rest.removeFirst()
                field.append("\"")
            case ("\"", _): isQuoted.toggle()
            case (",", false), ("\n", false):
                record.append(field)
                field = ""
                guard character == "\n" else { continue }
                if columns.isEmpty {
                    columns = record
                } else {
                    guard record.count == columns.count else { return nil }
                    records.append(Dictionary(uniqueKeysWithValues: zip(columns, record)))
                }
                record = []
            default: field.append(character)
            }
        }
        guard !isQuoted, record.isEmpty, field.isEmpty else { return nil }
    }
}
