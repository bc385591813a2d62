// HTTP.md, "Framing": what a body is, and what becomes of one that nobody wants. The server of these rows is that of
// the framing rows.

private let one: [UInt8] = [0, 0, 0x80, 0x3F]

private func post(_ body: [UInt8], _ fields: [String] = [], target: String = "/predict") -> [UInt8] {
    let head = ["POST \(target) HTTP/1.1", "Host: a", "Content-Length: \(body.count)"] + fields + ["", ""]
    return Array(head.joined(separator: "\r\n").utf8) + body
}

private func chunked(_ body: String, target: String = "/predict") -> [UInt8] {
    Array("POST \(target) HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\(body)".utf8)
}

private func typed(_ field: String) -> [UInt8] { post(one, [field]) }

private func unwanted(_ bytes: Int, _ method: String = "GET", _ target: String = "/health") -> [UInt8] {
    Array("\(method) \(target) HTTP/1.1\r\nHost: a\r\nContent-Length: \(bytes)\r\n\r\n".utf8)
        + [UInt8](repeating: 0x58, count: bytes)
}

private func query(_ query: String) -> [UInt8] { post(one, target: "/predict?\(query)") }

private let rawFloats = "send the raw little-endian float32 bytes, not JSON or a form; this is "

let bodyRows: [Row] = [
    // Shape.
    Row("Content-Length: 0", post([]), 422, .keeps, "the body is empty"),
    Row("empty chunked body", chunked("0\r\n\r\n"), 422, .keeps, "the body is empty"),
    Row(
        "not a multiple of 4", post([1, 2, 3, 4, 5, 6]), 422, .keeps,
        "have 4 bytes; 6 bytes are no whole number of them"),
    Row(
        "chunked, not a multiple of 4", chunked("6\r\n123456\r\n0\r\n\r\n"), 422, .keeps,
        "6 bytes are no whole number"),
    Row("not whole rows", post(one + one), 422, .keeps, "expected rows of 2500 float32 values; 2 values"),
    Row(
        "chunked, not whole rows", chunked("8\r\n12345678\r\n0\r\n\r\n"), 422, .keeps,
        "rows of 2500 float32 values; 2 values"),
    Row("whole rows", post(one + one, target: "/predict?columns=2"), 200, .keeps),
    Row("one value, whatever the columns", query("columns=3"), 200, .keeps),
    Row("one value, the most columns", query("columns=9223372036854775807"), 200, .keeps),
    Row(
        "the most columns, chunked",
        chunked("8\r\n12345678\r\n0\r\n\r\n", target: "/predict?columns=9223372036854775807"), 422, .keeps,
        "expected rows of 9223372036854775807 float32 values; 2 values"),

    // Query.
    Row("columns=0", query("columns=0"), 422, .keeps, "a whole number of values, 1 or more; this is '0'"),
    Row("columns=-1", query("columns=-1"), 422, .keeps, "this is '-1'"),
    Row(
        "columns that overflow", query("columns=9223372036854775808"), 422, .keeps,
        "this is '9223372036854775808'"),
    Row("columns twice", query("columns=1&columns=1"), 422, .keeps, "columns is given more than once"),
    Row(
        "unknown kernel", query("kernel=median"), 422, .keeps,
        "'median'; there are 'row-mean-std', 'sum', 'mean', 'minimum', 'maximum'"),
    Row(
        "kernel that means something elsewhere", query("kernel=\"<script>"), 422, .keeps,
        "no such kernel: '??script?'; there are 'row-mean-std'"),
    Row("kernel twice", query("kernel=sum&kernel=sum"), 422, .keeps, "kernel is given more than once"),

    // Types.
    Row("JSON", typed("Content-Type: application/json"), 415, .keeps, rawFloats + "'application/json'"),
    Row(
        "JSON with a charset", typed("Content-Type: Application/JSON; charset=utf-8"), 415, .keeps,
        rawFloats + "'Application/JSON; charset=utf-8'"),
    Row(
        "multipart", typed("Content-Type: multipart/form-data; boundary=x"), 415, .keeps,
        rawFloats + "'multipart/form-data; boundary=x'"),
    Row("curl's form type", typed("Content-Type: application/x-www-form-urlencoded"), 200, .keeps),
    Row("ab's text type", typed("Content-Type: text/plain"), 200, .keeps),
    Row("hey's text type", typed("Content-Type: text/html"), 200, .keeps),
    Row("empty type", typed("Content-Type:"), 200, .keeps),
    Row(
        "gzip", typed("Content-Encoding: gzip"), 415, .keeps,
        "send the body without a Content-Encoding; this is 'gzip'"),
    Row("identity", typed("Content-Encoding: identity"), 200, .keeps),
    Row(
        "identity, then gzip", post(one, ["Content-Encoding: identity", "Content-Encoding: gzip"]), 415,
        .keeps,
        "this is 'gzip'"),
    Row(
        "Origin", typed("Origin: http://elsewhere.example"), 403, .keeps, "this is 'http://elsewhere.example'"
    ),
    Row("other expectation", typed("Expect: 200-ok"), 417, .closes, "this is '200-ok'"),

    // Bodies that nobody wants.
    Row("GET with a body", unwanted(100), 200, .keeps),
    Row("GET with 64 KiB", unwanted(65536), 200, .keeps),
    Row("GET with more", unwanted(65537), 200, .closes),
    Row("HEAD with a body", unwanted(100, "HEAD"), 200, .keeps, isHead: true),
    Row("OPTIONS with a body", unwanted(100, "OPTIONS"), 204, .keeps),
    Row("OPTIONS with more than 64 KiB", unwanted(65537, "OPTIONS"), 204, .closes),
    Row(
        "GET with a chunked body",
        "GET /health HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n1234\r\n0\r\n\r\n", 200,
        .keeps),
    Row(
        "GET with a bad chunked body",
        "GET /health HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", 200, .closes),
    Row(
        "GET with a chunked body over 64 KiB",
        "GET /health HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n10001\r\n", 200, .closes),
    Row("404 with a body", unwanted(100, "POST", "/nothing"), 404, .keeps, "no such path"),
    Row("404 with 64 KiB", unwanted(65536, "POST", "/nothing"), 404, .keeps, "no such path"),
    Row("404 with more", unwanted(65537, "POST", "/nothing"), 404, .closes, "no such path"),
    Row(
        "415 with 64 KiB", post([UInt8](repeating: 0, count: 65536), ["Content-Type: application/json"]), 415,
        .keeps, rawFloats),
    Row(
        "415 with more", post([UInt8](repeating: 0, count: 65540), ["Content-Type: application/json"]), 415,
        .closes, rawFloats),
    Row(
        "422 with more", post([UInt8](repeating: 0, count: 65541)), 422, .closes,
        "65541 bytes are no whole number"),
    Row("405 with more", unwanted(65541, "POST"), 405, .closes, "the methods of this path"),
    Row(
        "403 with more", post([UInt8](repeating: 0, count: 65540), ["Origin: null"]), 403, .closes,
        "may not use this server"),
]
