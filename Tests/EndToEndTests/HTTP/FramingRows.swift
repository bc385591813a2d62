// HTTP.md, "Framing": where a body ends, row by row. The server of these rows takes bodies up to 1,000,000 bytes.

let framingBodyLimit = 1_000_000

private let one: [UInt8] = [0, 0, 0x80, 0x3F]

private func post(_ fields: [String], _ body: [UInt8] = one, target: String = "/predict") -> [UInt8] {
    Array((["POST \(target) HTTP/1.1", "Host: a"] + fields + ["", ""]).joined(separator: "\r\n").utf8) + body
}

private func length(_ value: String) -> [UInt8] { post(["Content-Length: \(value)"]) }

private func badLength(_ value: String) -> Row {
    Row(
        "Content-Length: \(value)", length(value), 400, .closes,
        "not a decimal number that this server can count to; this is '\(value)'")
}

private func encoding(_ value: String) -> [UInt8] {
    post(["Transfer-Encoding: \(value)"], Request.chunked(one))
}

private func chunked(_ body: String) -> [UInt8] { post(["Transfer-Encoding: chunked"], Array(body.utf8)) }

private func trailers(_ lines: String) -> [UInt8] { chunked("4\r\n1234\r\n0\r\n\(lines)\r\n") }

private func knownCoding(_ value: String) -> String {
    "transfer coding this server knows is chunked; this is '\(value)'"
}

private let both = "The request has both Content-Length and Transfer-Encoding."
private let twice = "The request has more than one Content-Length field."
private let notLast = "Transfer-Encoding must name chunked once, and last."
private let emptyMember = "Transfer-Encoding has an empty member."
private let notPlain = "Transfer-Encoding is not a plain list of codings."
private let noSize = "A chunk does not begin with its size in hexadecimal digits and a line end."
private let sizeLine = "A chunk size line has a carriage return without a line feed."
private let extensions = "The body's chunk extensions have too many bytes; the limit is 4096"
private let onlyInHead = "A trailer names a field that may only stand in the head."

let framingRows: [Row] = [
    // Content-Length.
    Row(
        "Content-Length", length("4"), 200, .keeps,
        fields: ["Content-Length": "4", "Content-Type": "application/octet-stream"]),
    Row("blanks around it", length(" \t 4\t "), 200, .keeps),
    Row("leading zeros", length("0004"), 200, .keeps),
    badLength("+4"), badLength("-4"), badLength("0x4"), badLength("4.0"), badLength("1_0"), badLength(""),
    badLength("4, 4"), badLength("4,5"), badLength("4 4"), badLength("4;"), badLength("9999999999999999999"),
    badLength("9223372036854775808"), badLength("18446744073709551620"),
    Row(
        "40 digits", length(String(repeating: "9", count: 40)), 400, .closes,
        "this is '\(String(repeating: "9", count: 32))'..."),
    Row("equal fields", post(["Content-Length: 4", "Content-Length: 4"]), 400, .closes, twice),
    Row("different fields", post(["Content-Length: 4", "content-length: 5"]), 400, .closes, twice),
    Row("both fields", post(["Content-Length: 4", "Transfer-Encoding: chunked"]), 400, .closes, both),
    Row(
        "both fields, the other way", post(["Transfer-Encoding: chunked", "Content-Length: 4"]), 400, .closes,
        both),
    Row(
        "both fields, no body", post(["Content-Length: 0", "Transfer-Encoding: chunked"]), 400, .closes, both),

    // Transfer-Encoding.
    Row("chunked", encoding("chunked"), 200, .keeps),
    Row("Chunked", encoding("Chunked"), 200, .keeps),
    Row("gzip, chunked", encoding("gzip, chunked"), 501, .closes, knownCoding("gzip, chunked")),
    Row("gzip", encoding("gzip"), 501, .closes, knownCoding("gzip")),
    Row("identity", encoding("identity"), 501, .closes, knownCoding("identity")),
    Row("xchunked", encoding("xchunked"), 501, .closes, knownCoding("xchunked")),
    Row(
        "gzip in one field, chunked in the next",
        post(["Transfer-Encoding: gzip", "Transfer-Encoding: chunked"]),
        501, .closes, knownCoding("gzip")),
    Row("chunked not last", encoding("chunked, gzip"), 400, .closes, notLast),
    Row("chunked twice", encoding("chunked, chunked"), 400, .closes, notLast),
    Row(
        "chunked in two fields",
        post(["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"], Request.chunked(one)), 400,
        .closes,
        notLast),
    Row("chunked with parameters", encoding("chunked;q=1"), 400, .closes, notPlain),
    Row("chunked in quotes", encoding("\"chunked\""), 400, .closes, notPlain),
    Row("empty member", encoding("chunked,"), 400, .closes, emptyMember),
    Row("empty member first", encoding(",chunked"), 400, .closes, emptyMember),
    Row("empty Transfer-Encoding", encoding(""), 400, .closes, emptyMember),
    Row("TAB before chunked", encoding("\tchunked"), 400, .closes, notPlain),
    Row("two spaces before chunked", encoding(" chunked"), 400, .closes, notPlain),
    Row("space after chunked", encoding("chunked "), 400, .closes, notPlain),
    Row("space within chunked", encoding("chu nked"), 400, .closes, notPlain),
    Row(
        "control character before chunked", encoding("\u{B}chunked"), 400, .closes,
        "A header field's value holds a control character."),
    Row(
        "Transfer_Encoding is another field", post(["Transfer_Encoding: chunked", "Content-Length: 4"]), 200,
        .keeps),
    Row(
        "Content_Length is another field", post(["Content_Length: 9", "Content-Length: 4"]), 200, .keeps),
    Row(
        "1.0 with Transfer-Encoding",
        "POST /predict HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n1234\r\n0\r\n\r\n", 400, .closes,
        "HTTP/1.0 has no Transfer-Encoding."),
    Row(
        "1.0 with Transfer-Encoding and Content-Length",
        "POST /predict HTTP/1.0\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n1234", 400, .closes,
        "HTTP/1.0 has no Transfer-Encoding."),

    // Chunks.
    Row("16 digits", chunked("0000000000000004\r\n1234\r\n0\r\n\r\n"), 200, .keeps),
    Row("17 digits", chunked("00000000000000004\r\n1234\r\n0\r\n\r\n"), 400, .closes, "more than 16 digits."),
    Row(
        "size in either case", chunked("a\r\n1234567890\r\nA\r\n1234567890\r\n0\r\n\r\n"), 422, .keeps,
        "5 values"),
    Row("last chunk with many zeros", chunked("4\r\n1234\r\n0000\r\n\r\n"), 200, .keeps),
    Row("space after the size", chunked("4 \r\n1234\r\n0\r\n\r\n"), 400, .closes, noSize),
    Row("space before the size", chunked(" 4\r\n1234\r\n0\r\n\r\n"), 400, .closes, noSize),
    Row("0x4", chunked("0x4\r\n1234\r\n0\r\n\r\n"), 400, .closes, noSize),
    Row("+4", chunked("+4\r\n1234\r\n0\r\n\r\n"), 400, .closes, noSize),
    Row("-4", chunked("-4\r\n1234\r\n0\r\n\r\n"), 400, .closes, noSize),
    Row("1_0", chunked("1_0\r\n1234\r\n0\r\n\r\n"), 400, .closes, noSize),
    Row("empty size", chunked("\r\n1234\r\n0\r\n\r\n"), 400, .closes, noSize),
    Row("size with bare LF", chunked("4\n1234\r\n0\r\n\r\n"), 400, .closes, noSize),
    Row("size with bare CR", chunked("4\r1234\r\n0\r\n\r\n"), 400, .closes, sizeLine),
    Row("size with CR CR LF", chunked("4\r\r\n1234\r\n0\r\n\r\n"), 400, .closes, sizeLine),
    Row("empty line between chunks", chunked("4\r\n1234\r\n\r\n0\r\n\r\n"), 400, .closes, noSize),
    Row("LF between chunks", chunked("4\r\n1234\r\n\n0\r\n\r\n"), 400, .closes, noSize),
    Row(
        "data longer than its size", chunked("4\r\n12345\r\n0\r\n\r\n"), 400, .closes,
        "longer than its size said."),
    Row("data followed by LF", chunked("4\r\n1234\n0\r\n\r\n"), 400, .closes, "longer than its size said."),
    Row(
        "data followed by CR alone", chunked("4\r\n1234\r0\r\n\r\n"), 400, .closes,
        "not followed by a line end."),
    Row(
        "data followed by CR CR LF", chunked("4\r\n1234\r\r\n0\r\n\r\n"), 400, .closes,
        "not followed by a line end."),
    Row("end with LF", chunked("4\r\n1234\r\n0\r\n\n"), 400, .closes, "does not begin with a field name."),
    Row(
        "end with CR alone", chunked("4\r\n1234\r\n0\r\n\rX"), 400, .closes,
        "a carriage return without a line feed."),
    Row("last chunk with LF", chunked("4\r\n1234\r\n0\n\r\n"), 400, .closes, noSize),

    // Extensions.
    Row("extension", chunked("4;a=b\r\n1234\r\n0;c\r\n\r\n"), 200, .keeps),
    Row("extension in quotes", chunked("4;a=\"b;\\\"\"\r\n1234\r\n0\r\n\r\n"), 200, .keeps),
    Row(
        "extension with bare LF", chunked("4;a\n1234\r\n0\r\n\r\n"), 400, .closes,
        "holds a control character."),
    Row("extension with bare CR", chunked("4;a\rb\r\n1234\r\n0\r\n\r\n"), 400, .closes, sizeLine),
    Row(
        "extension with NUL", chunked("4;a\0\r\n1234\r\n0\r\n\r\n"), 400, .closes,
        "holds a control character."),
    Row(
        "extension without a name", chunked("4;\r\n1234\r\n0\r\n\r\n"), 400, .closes,
        "A chunk extension has no name."),
    Row(
        "LF in place of an extension", chunked("4;\n1234\r\n0\r\n\r\n"), 400, .closes,
        "A chunk extension has no name."),
    Row(
        "extensions of 4 KiB", chunked("4;" + String(repeating: "a", count: 4095) + "\r\n1234\r\n0\r\n\r\n"),
        200, .keeps),
    Row(
        "extensions over 4 KiB",
        chunked("4;" + String(repeating: "a", count: 4096) + "\r\n1234\r\n0\r\n\r\n"), 400, .closes,
        extensions),
    Row(
        "extensions over 4 KiB in all",
        chunked(String(repeating: "1;aaaaaaa\r\nx\r\n", count: 513)), 400, .closes, extensions),

    // Trailers.
    Row("trailer dropped", trailers("X: y\r\n"), 200, .keeps),
    Row(
        "trailers that would close, or refuse", trailers("Connection: close\r\nExpect: x\r\nOrigin: x\r\n"),
        200, .keeps),
    Row("16 trailers", trailers((1...16).map { "X\($0): y\r\n" }.joined()), 200, .keeps),
    Row(
        "17 trailers", trailers((1...17).map { "X\($0): y\r\n" }.joined()), 400, .closes,
        "too many trailer fields; the limit is 16"),
    Row("trailers of 4 KiB", trailers("X: \(String(repeating: "y", count: 4091))\r\n"), 200, .keeps),
    Row(
        "trailers over 4 KiB", trailers("X: \(String(repeating: "y", count: 4092))\r\n"), 400, .closes,
        "too many bytes; the limit is 4096"),
    Row("trailer Content-Length", trailers("Content-Length: 4\r\n"), 400, .closes, onlyInHead),
    Row("trailer Transfer-Encoding", trailers("transfer-encoding: chunked\r\n"), 400, .closes, onlyInHead),
    Row("trailer Host", trailers("Host: a\r\n"), 400, .closes, onlyInHead),
    Row("trailer Authorization", trailers("Authorization: x\r\n"), 400, .closes, onlyInHead),
    Row(
        "trailer with bare LF", trailers("X: y\n"), 400, .closes,
        "A trailer's value holds a control character."),
    Row(
        "trailer with bare CR", trailers("X: y\rz\r\n"), 400, .closes,
        "a carriage return without a line feed."),
    Row("folded trailer", trailers("X: y\r\n z\r\n"), 400, .closes, "does not begin with a field name."),
    Row(
        "space before a trailer's colon", trailers("X : y\r\n"), 400, .closes,
        "not a field name followed directly by a colon."),

    // Limits. Nothing of the body is sent: the head, or the chunk's header, decides.
    Row(
        "at the limit",
        post(
            ["Content-Length: 1000000"], [UInt8](repeating: 0, count: 1_000_000),
            target: "/predict?kernel=sum"), 200, .keeps),
    Row(
        "over the limit", post(["Content-Length: 1000001"], []), 413, .closes,
        "limit is 1000000 bytes; this body has 1000001"),
    Row(
        "10^18", post(["Content-Length: 1000000000000000000"], []), 413, .closes,
        "this body has 1000000000000000000"),
    Row(
        "largest Int", post(["Content-Length: 9223372036854775807"], []), 413, .closes,
        "this body has 9223372036854775807"),
    Row("chunk over the limit", chunked("f4241\r\n"), 413, .closes, "the limit is 1000000, this is 1000001"),
    Row(
        "chunk of 2^64 - 1", chunked("ffffffffffffffff\r\n"), 413, .closes,
        "the limit is 1000000, this is 9223372036854775807"),
    Row(
        "second chunk over the limit", chunked("4\r\n1234\r\nf423d\r\n"), 413, .closes,
        "the limit is 1000000, this is 1000001"),
    Row(
        "no length", post([], []), 411, .closes,
        "send Content-Length or Transfer-Encoding: chunked; this has neither"),
    Row("no length, 1.0", "POST /predict HTTP/1.0\r\n\r\n", 411, .closes, "this has neither"),
]
