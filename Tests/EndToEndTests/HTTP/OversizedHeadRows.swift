// HTTP.md, "Request line and fields": every way to make a head large. Of each one row at the limit, which passes,
// and one beyond it.

private let headLimit = 16 << 10

/// A GET of `/health` that has `count` bytes once `fill` has put so many letters where it is large.
private func head(of count: Int, _ fill: (Int) -> [String]) -> String {
    func bytes(_ letters: Int) -> String {
        (["GET /health HTTP/1.1"] + fill(letters) + ["", ""]).joined(separator: "\r\n")
    }
    return bytes(count - bytes(0).utf8.count)
}

/// One row that fills the head buffer to its last byte, one that does not fit.
private func rows(_ name: String, _ fill: (Int) -> [String]) -> [Row] {
    [
        Row("\(name), 16 KiB", head(of: headLimit, fill), 200, .keeps),
        Row(
            "\(name), a byte more", head(of: headLimit + 1, fill), 431, .closes,
            "too many bytes; the limit is 16384"),
    ]
}

private func letters(_ count: Int) -> String { String(repeating: "a", count: count) }

private func manyFields(_ count: Int) -> String {
    (["GET /health HTTP/1.1", "Host: a"] + (1..<count).map { "X\($0): y" } + ["", ""]).joined(
        separator: "\r\n")
}

private func target(_ target: String) -> String { "GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n" }

private let manyLines = String(repeating: "\r\n", count: 4)

let oversizedHeadRows: [Row] =
    rows("a long value") { ["Host: a", "X: \(letters($0))"] }
    + rows("a long name") { ["Host: a", "X\(letters($0)): a"] }
    + rows("a long host") { ["Host: a\(letters($0))"] }
    + rows("blanks before a value") { ["Host: a", "X:\(String(repeating: " ", count: $0))a"] }
    + rows("zeros before a length") { ["Host: a", "Content-Length: 0\(String(repeating: "0", count: $0))"] }
    + rows("empty members of Connection") { ["Host: a", "Connection: \(String(repeating: ",", count: $0))"] }
    + rows("many fields") { count in
        // As even as it goes; the rest is in the last.
        let each = count / 61
        return ["Host: a"] + (0..<60).map { _ in "X: \(letters(each))" } + [
            "X: \(letters(count - 60 * each))"
        ]
    } + [
        Row("64 fields", manyFields(64), 200, .keeps),
        Row(
            "65 fields", manyFields(65), 431, .closes,
            "The request has too many header fields; the limit is 64"),
        Row("fields without an end", manyFields(1500), 431, .closes, "too many header fields"),
        Row(
            "value without an end", "GET /health HTTP/1.1\r\nHost: a\r\nX: " + letters(17000), 431, .closes,
            "too many bytes; the limit is 16384"),
        Row(
            "folded lines without an end",
            "GET /health HTTP/1.1\r\nHost: a\r\nX: a" + String(repeating: "\r\n a", count: 4000), 400,
            .closes,
            "A header line begins with white space."),
    ]

let oversizedLineRows: [Row] = [
    Row("target of 8,000", target("/" + letters(7999)), 404, .keeps, "no such path; this is '/aaaaaaaaaa"),
    Row("target of 8,000 served", target("/health?" + letters(7992)), 200, .keeps),
    Row("target of 8 KiB", target("/health?" + letters(8184)), 200, .keeps),
    Row(
        "target over 8 KiB", target("/health?" + letters(8185)), 414, .closes,
        "too many bytes; the limit is 8192"),
    Row("path over 8 KiB", target("/" + letters(8192)), 414, .closes, "too many bytes; the limit is 8192"),
    Row("target without an end", "GET /" + letters(9000), 414, .closes, "too many bytes; the limit is 8192"),
    Row("method without an end", letters(9000), 501, .closes, "this is 'aaaaaaa'..."),
    Row("empty lines, 8 bytes", manyLines + Request.health, 200, .keeps),
    Row("empty lines, 9 bytes", manyLines + "\r", 400, .closes, "too many empty lines"),
    Row(
        "empty lines without an end", String(repeating: manyLines, count: 2000), 400, .closes,
        "too many empty lines"),
]
