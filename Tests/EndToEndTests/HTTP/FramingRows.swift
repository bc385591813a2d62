// HTTP.md, "Framing", row by row. The server of these rows takes bodies up to 1,000,000 bytes.

let framingBodyLimit = 1_000_000

private let one: [UInt8] = [0, 0, 0x80, 0x3F]

private func post(_ fields: [String], _ body: [UInt8] = one, target: String = "/predict") -> [UInt8] {
    Array((["POST \(target) HTTP/1.1", "Host: a"] + fields + ["", ""]).joined(separator: "\r\n").utf8) + body
}

private func length(_ value: String) -> [UInt8] { post(["Content-Length: \(value)"]) }

private func encoding(_ value: String) -> [UInt8] {
    post(["Transfer-Encoding: \(value)"], Request.chunked(one))
}

private func chunked(_ body: String, target: String = "/predict") -> [UInt8] {
    post(["Transfer-Encoding: chunked"], Array(body.utf8), target: target)
}

private func typed(_ field: String) -> [UInt8] { post(["Content-Length: 4", field]) }

private func get(_ bytes: Int, method: String = "GET") -> [UInt8] {
    Array("\(method) /health HTTP/1.1\r\nHost: a\r\nContent-Length: \(bytes)\r\n\r\n".utf8)
        + [UInt8](repeating: 0x58, count: bytes)
}

private func trailers(_ lines: String) -> [UInt8] { chunked("4\r\n1234\r\n0\r\n\(lines)\r\n") }

let framingRows: [Row] = [
    // Content-Length.
    Row(
        "Content-Length", length("4"), 200, .keeps,
        fields: ["Content-Length": "4", "Content-Type": "application/octet-stream"]),
    Row("blanks around it", length(" \t 4\t "), 200, .keeps),
    Row("leading zeros", length("0004"), 200, .keeps),
    Row("+4", length("+4"), 400, .closes),
    Row("-4", length("-4"), 400, .closes),
    Row("0x4", length("0x4"), 400, .closes),
    Row("4.0", length("4.0"), 400, .closes),
    Row("1_0", length("1_0"), 400, .closes),
    Row("empty Content-Length", length(""), 400, .closes),
    Row("list of equal values", length("4, 4"), 400, .closes),
    Row("list of values", length("4,5"), 400, .closes),
    Row("equal fields", post(["Content-Length: 4", "Content-Length: 4"]), 400, .closes),
    Row("19 digits that overflow", length("9999999999999999999"), 400, .closes),
    Row("30 digits", length("999999999999999999999999999999"), 400, .closes),
    Row("both fields", post(["Content-Length: 4", "Transfer-Encoding: chunked"]), 400, .closes),
    Row(
        "both fields, the other way", post(["Transfer-Encoding: chunked", "Content-Length: 4"]), 400, .closes),

    // Transfer-Encoding.
    Row("chunked", encoding("chunked"), 200, .keeps),
    Row("Chunked", encoding("Chunked"), 200, .keeps),
    Row("gzip, chunked", encoding("gzip, chunked"), 501, .closes),
    Row("gzip", encoding("gzip"), 501, .closes),
    Row("identity", encoding("identity"), 501, .closes),
    Row("chunked not last", encoding("chunked, gzip"), 400, .closes),
    Row("chunked twice", encoding("chunked, chunked"), 400, .closes),
    Row(
        "chunked in two fields",
        post(["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"], Request.chunked(one)), 400, .closes
    ),
    Row("chunked with parameters", encoding("chunked;q=1"), 400, .closes),
    Row("empty member", encoding("chunked,"), 400, .closes),
    Row("empty member first", encoding(",chunked"), 400, .closes),
    Row("empty Transfer-Encoding", encoding(""), 400, .closes),
    Row("TAB before chunked", encoding("\tchunked"), 400, .closes),
    Row("space after chunked", encoding("chunked "), 400, .closes),
    Row(
        "Transfer_Encoding is another field", post(["Transfer_Encoding: chunked", "Content-Length: 4"]), 200,
        .keeps),

    // Chunks.
    Row("16 digits", chunked("0000000000000004\r\n1234\r\n0\r\n\r\n"), 200, .keeps),
    Row("17 digits", chunked("00000000000000004\r\n1234\r\n0\r\n\r\n"), 400, .closes),
    Row("extension", chunked("4;a=b\r\n1234\r\n0;c\r\n\r\n"), 200, .keeps),
    Row("space after the size", chunked("4 \r\n1234\r\n0\r\n\r\n"), 400, .closes),
    Row("0x4", chunked("0x4\r\n1234\r\n0\r\n\r\n"), 400, .closes),
    Row("+4", chunked("+4\r\n1234\r\n0\r\n\r\n"), 400, .closes),
    Row("-4", chunked("-4\r\n1234\r\n0\r\n\r\n"), 400, .closes),
    Row("empty size", chunked("\r\n1234\r\n0\r\n\r\n"), 400, .closes),
    Row("size with bare LF", chunked("4\n1234\r\n0\r\n\r\n"), 400, .closes),
    Row("extension with bare LF", chunked("4;a\n1234\r\n0\r\n\r\n"), 400, .closes),
    Row(
        "extensions of 4 KiB", chunked("4;" + String(repeating: "a", count: 4095) + "\r\n1234\r\n0\r\n\r\n"),
        200, .keeps),
    Row(
        "extensions over 4 KiB",
        chunked("4;" + String(repeating: "a", count: 4096) + "\r\n1234\r\n0\r\n\r\n"), 400, .closes),
    Row("data longer than its size", chunked("4\r\n12345\r\n0\r\n\r\n"), 400, .closes),
    Row("data followed by LF", chunked("4\r\n1234\n0\r\n\r\n"), 400, .closes),
    Row("data followed by CR alone", chunked("4\r\n1234\r0\r\n\r\n"), 400, .closes),

    // Trailers.
    Row("trailer dropped", trailers("X: y\r\n"), 200, .keeps),
    Row("16 trailers", trailers((1...16).map { "X\($0): y\r\n" }.joined()), 200, .keeps),
    Row("17 trailers", trailers((1...17).map { "X\($0): y\r\n" }.joined()), 400, .closes),
    Row("trailers over 4 KiB", trailers("X: \(String(repeating: "y", count: 4100))\r\n"), 400, .closes),
    Row("trailer Content-Length", trailers("Content-Length: 4\r\n"), 400, .closes),
    Row("trailer Transfer-Encoding", trailers("transfer-encoding: chunked\r\n"), 400, .closes),
    Row("trailer Host", trailers("Host: a\r\n"), 400, .closes),
    Row("trailer Authorization", trailers("Authorization: x\r\n"), 400, .closes),
    Row("trailer with bare LF", trailers("X: y\n"), 400, .closes),

    // Limits. Nothing of the body is sent: the head, or the chunk's header, decides.
    Row(
        "at the limit",
        post(
            ["Content-Length: 1000000"], [UInt8](repeating: 0, count: 1_000_000),
            target: "/predict?kernel=sum"), 200, .keeps),
    Row("over the limit", post(["Content-Length: 1000001"], []), 413, .closes),
    Row("10^18", post(["Content-Length: 1000000000000000000"], []), 413, .closes),
    Row("largest Int", post(["Content-Length: 9223372036854775807"], []), 413, .closes),
    Row("chunk over the limit", chunked("f4241\r\n"), 413, .closes),
    Row("chunk of 2^64 - 1", chunked("ffffffffffffffff\r\n"), 413, .closes),
    Row("second chunk over the limit", chunked("4\r\n1234\r\nf423d\r\n"), 413, .closes),
    Row("no length", post([], []), 411, .closes),
    Row("Content-Length: 0", post(["Content-Length: 0"], []), 422, .keeps),
    Row("empty chunked body", chunked("0\r\n\r\n"), 422, .keeps),

    // Shape.
    Row("not a multiple of 4", post(["Content-Length: 6"], [1, 2, 3, 4, 5, 6]), 422, .keeps),
    Row("not whole rows", post(["Content-Length: 8"], one + one), 422, .keeps),
    Row("whole rows", post(["Content-Length: 8"], one + one, target: "/predict?columns=2"), 200, .keeps),
    Row(
        "one value, whatever the columns", post(["Content-Length: 4"], one, target: "/predict?columns=3"),
        200, .keeps),
    Row(
        "one value, the most columns",
        post(["Content-Length: 4"], one, target: "/predict?columns=9223372036854775807"), 200, .keeps),
    Row(
        "the most columns, chunked",
        post(
            ["Transfer-Encoding: chunked"], Request.chunked(one + one),
            target: "/predict?columns=9223372036854775807"), 422, .keeps),
    Row("chunked, not a multiple of 4", chunked("6\r\n123456\r\n0\r\n\r\n"), 422, .keeps),
    Row("chunked, not whole rows", chunked("8\r\n12345678\r\n0\r\n\r\n"), 422, .keeps),
    Row("columns=0", post(["Content-Length: 4"], one, target: "/predict?columns=0"), 422, .keeps),
    Row(
        "columns twice", post(["Content-Length: 4"], one, target: "/predict?columns=1&columns=1"), 422, .keeps
    ),
    Row(
        "columns that overflow",
        post(["Content-Length: 4"], one, target: "/predict?columns=9223372036854775808"), 422, .keeps),
    Row("unknown kernel", post(["Content-Length: 4"], one, target: "/predict?kernel=median"), 422, .keeps),

    // Types.
    Row("JSON", typed("Content-Type: application/json"), 415, .keeps),
    Row("JSON with a charset", typed("Content-Type: Application/JSON; charset=utf-8"), 415, .keeps),
    Row("multipart", typed("Content-Type: multipart/form-data; boundary=x"), 415, .keeps),
    Row("curl's form type", typed("Content-Type: application/x-www-form-urlencoded"), 200, .keeps),
    Row("ab's text type", typed("Content-Type: text/plain"), 200, .keeps),
    Row("hey's text type", typed("Content-Type: text/html"), 200, .keeps),
    Row("gzip", typed("Content-Encoding: gzip"), 415, .keeps),
    Row("identity", typed("Content-Encoding: identity"), 200, .keeps),
    Row("Origin", typed("Origin: http://elsewhere.example"), 403, .keeps),
    Row("other expectation", typed("Expect: 200-ok"), 417, .closes),

    // Bodies that nobody wants.
    Row("GET with a body", get(100), 200, .keeps),
    Row("GET with 64 KiB", get(65536), 200, .keeps),
    Row("GET with more", get(65537), 200, .closes),
    Row("HEAD with a body", get(100, method: "HEAD"), 200, .keeps, isHead: true),
    Row("OPTIONS with a body", get(100, method: "OPTIONS"), 204, .keeps),
    Row(
        "GET with a chunked body",
        Array(
            "GET /health HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n1234\r\n0\r\n\r\n".utf8
        ), 200, .keeps),
    Row(
        "GET with a bad chunked body",
        Array("GET /health HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n".utf8), 200, .closes
    ),
    Row(
        "404 with 64 KiB",
        post(["Content-Length: 65536"], [UInt8](repeating: 0, count: 65536), target: "/nothing"), 404, .keeps),
    Row(
        "404 with more",
        post(["Content-Length: 65537"], [UInt8](repeating: 0, count: 65537), target: "/nothing"), 404, .closes
    ),
    Row(
        "415 with more",
        post(
            ["Content-Length: 65540", "Content-Type: application/json"], [UInt8](repeating: 0, count: 65540)),
        415, .closes),
    Row("422 with more", post(["Content-Length: 65541"], [UInt8](repeating: 0, count: 65541)), 422, .closes),
    Row(
        "405 with more",
        post(["Content-Length: 65541"], [UInt8](repeating: 0, count: 65541), target: "/health"), 405, .closes),
]
