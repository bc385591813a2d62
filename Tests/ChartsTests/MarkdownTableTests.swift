import Charts
import Testing

struct MarkdownTableTests {
    @Test func alignsNumbersToTheRight() {
        var table = MarkdownTable(columns: ["server", "requests/s", "notes"])
        table.add(["go", "5", ""])
        #expect(table.lines == ["| server | requests/s | notes |", "|---|---:|---|", "| go | 5 |  |"])
    }

    @Test func keepsARowInItsCells() {
        var table = MarkdownTable(columns: ["a", "b"])
        table.add(["x | y", "one\ntwo"])
        #expect(table.lines.last == "| x \\| y | one two |")
    }
}
