// HTTP.md, "Request line and fields", row by row.

private func get(_ target: String, _ fields: [String] = ["Host: a"], version: String = "HTTP/1.1") -> String {
    (["GET \(target) \(version)"] + fields + ["", ""]).joined(separator: "\r\n")
}

private func field(_ line: String) -> String { get("/health", ["Host: a", line]) }

/// A head of exactly so many bytes.
private func head(ofBytes count: Int) -> String {
    let rest = get("/health", ["Host: a", "X: "]).utf8.count
    return get("/health", ["Host: a", "X: \(String(repeating: "x", count: count - rest))"])
}

private func manyFields(_ count: Int) -> String {
    get("/health", ["Host: a"] + (1..<count).map { "X\($0): y" })
}

let requestLineRows: [Row] = [
    // Sizes.
    Row("target of 8,000", get("/" + String(repeating: "a", count: 7999)), 404, .keeps),
    Row("target of 8,000 served", get("/health?" + String(repeating: "a", count: 7992)), 200, .keeps),
    Row("target over 8 KiB", get("/" + String(repeating: "a", count: 8192)), 414, .closes),
    Row("target without an end", "GET /" + String(repeating: "a", count: 9000), 414, .closes),
    Row("head of 16 KiB", head(ofBytes: 16 << 10), 200, .keeps),
    Row("head over 16 KiB", head(ofBytes: 16 << 10 + 1), 431, .closes),
    Row(
        "head without an end", get("/health").dropLast(2) + "X: " + String(repeating: "x", count: 17000), 431,
        .closes),
    Row("64 fields", manyFields(64), 200, .keeps),
    Row("65 fields", manyFields(65), 431, .closes),

    // Versions.
    Row("1.0 without Host", "GET /health HTTP/1.0\r\n\r\n", 200, .closes),
    Row("1.0 with Host", get("/health", version: "HTTP/1.0"), 200, .closes),
    Row(
        "1.0 kept", get("/health", ["Connection: keep-alive"], version: "HTTP/1.0"), 200, .keeps,
        fields: ["Connection": "keep-alive"]),
    Row(
        "1.0 with Transfer-Encoding",
        "POST /predict HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n1234\r\n0\r\n\r\n", 400,
        .closes),
    Row("1.2", get("/health", version: "HTTP/1.2"), 200, .keeps),
    Row("2.0", get("/health", version: "HTTP/2.0"), 505, .closes),
    Row("9.9", get("/health", version: "HTTP/9.9"), 505, .closes),
    Row("http/1.1", get("/health", version: "http/1.1"), 400, .closes),
    Row("HTTP/01.1", get("/health", version: "HTTP/01.1"), 400, .closes),
    Row("HTTP/1", get("/health", version: "HTTP/1"), 400, .closes),
    Row("no version", "GET /health\r\nHost: a\r\n\r\n", 400, .closes),

    // Not HTTP/1, and answered without waiting for more.
    Row("preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, .closes),
    Row("preface of HTTP/2, begun", "PRI ", 505, .closes),
    Row("TLS hello", [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03], 400, .closes),
    Row("TLS hello, first byte", [0x16], 400, .closes),
    Row("SSH banner", "SSH-2.0-OpenSSH_9.2p1\r\n", 400, .closes),
    Row("PROXY line", "PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n", 400, .closes),
    Row("PROXY header, version 2", "\r\n\r\n\0\r\nQUIT\n\u{21}\u{11}\0\u{0C}", 400, .closes),

    // White space.
    Row("two spaces", "GET  /health HTTP/1.1\r\nHost: a\r\n\r\n", 400, .closes),
    Row("two spaces before the version", "GET /health  HTTP/1.1\r\nHost: a\r\n\r\n", 400, .closes),
    Row("TAB in the request line", "GET\t/health HTTP/1.1\r\nHost: a\r\n\r\n", 400, .closes),
    Row("space after the version", "GET /health HTTP/1.1 \r\nHost: a\r\n\r\n", 400, .closes),
    Row("space before the first field", "GET /health HTTP/1.1\r\n Host: a\r\n\r\n", 400, .closes),
    Row("empty lines, 8 bytes", "\r\n\r\n\r\n\r\n" + Request.health, 200, .keeps),
    Row("empty lines, 10 bytes", "\r\n\r\n\r\n\r\n\r\n" + Request.health, 400, .closes),

    // Methods and targets.
    Row("unknown method", "BREW /health HTTP/1.1\r\nHost: a\r\n\r\n", 501, .closes),
    Row("method in small letters", "get /health HTTP/1.1\r\nHost: a\r\n\r\n", 501, .closes),
    Row("long unknown method", "PROPPATCH /health HTTP/1.1\r\nHost: a\r\n\r\n", 501, .closes),
    Row("CONNECT", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", 501, .closes),
    Row("TRACE", "TRACE /health HTTP/1.1\r\nHost: a\r\n\r\n", 501, .closes),
    Row("GET /predict", get("/predict"), 405, .keeps, fields: ["Allow": "POST, OPTIONS"]),
    Row(
        "HEAD /predict", "HEAD /predict HTTP/1.1\r\nHost: a\r\n\r\n", 405, .keeps, isHead: true,
        fields: ["Allow": "POST, OPTIONS"]),
    Row(
        "DELETE /health", "DELETE /health HTTP/1.1\r\nHost: a\r\n\r\n", 405, .keeps,
        fields: ["Allow": "GET, HEAD, OPTIONS"]),
    Row(
        "POST /health", "POST /health HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n1234", 405, .keeps,
        fields: ["Allow": "GET, HEAD, OPTIONS"]),
    Row("unknown path", get("/nothing"), 404, .keeps),
    Row("percent-encoded path", get("/%68ealth"), 404, .keeps),
    Row(
        "HEAD /health", "HEAD /health HTTP/1.1\r\nHost: a\r\n\r\n", 200, .keeps, isHead: true,
        fields: ["Content-Length": "6"]),
    Row("HEAD of an unknown path", "HEAD /nothing HTTP/1.1\r\nHost: a\r\n\r\n", 404, .keeps, isHead: true),
    Row("absolute form", get("http://a/health"), 200, .keeps),
    Row("absolute form, 404", get("http://a"), 404, .keeps),
    Row(
        "OPTIONS *", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 204, .keeps,
        fields: ["Allow": "GET, HEAD, POST, OPTIONS"]),
    Row(
        "OPTIONS /predict", "OPTIONS /predict HTTP/1.1\r\nHost: a\r\n\r\n", 204, .keeps,
        fields: ["Allow": "POST, OPTIONS"]),
    Row("GET *", get("*"), 400, .closes),
    Row("target without a slash", get("health"), 400, .closes),
    Row("authority form", get("a:80"), 400, .closes),

    // Host.
    Row("no Host", get("/health", []), 400, .closes),
    Row("Host twice", get("/health", ["Host: a", "Host: a"]), 400, .closes),
    Row("Host list", get("/health", ["Host: a, b"]), 400, .closes),
    Row("Host with a slash", get("/health", ["Host: a/b"]), 400, .closes),
    Row("Host with @", get("/health", ["Host: u@a"]), 400, .closes),
    Row("Host with a control character", get("/health", ["Host: a\u{1}"]), 400, .closes),
    Row("Host with a port", get("/health", ["Host: a:8080"]), 200, .keeps),

    // Line ends and characters.
    Row("bare LF after the request line", "GET /health HTTP/1.1\nHost: a\r\n\r\n", 400, .closes),
    Row("bare LF after a field", "GET /health HTTP/1.1\r\nHost: a\nX: y\r\n\r\n", 400, .closes),
    Row("bare LF at the end", "GET /health HTTP/1.1\r\nHost: a\r\n\n", 400, .closes),
    Row("bare CR in a value", field("X: a\rb"), 400, .closes),
    Row("bare CR in the request line", "GET /health\r HTTP/1.1\r\nHost: a\r\n\r\n", 400, .closes),
    Row("folded line", field("X: a\r\n b"), 400, .closes),
    Row("NUL in a value", field("X: a\0b"), 400, .closes),
    Row("control character in a value", field("X: a\u{7}b"), 400, .closes),
    Row("DEL in a value", field("X: a\u{7F}b"), 400, .closes),
    Row("TAB in a value", field("X: a\tb"), 200, .keeps),
    Row("space before the colon", field("X : y"), 400, .closes),
    Row("empty name", field(": y"), 400, .closes),
    Row("name that is no token", field("X(: y"), 400, .closes),
    Row("no colon", field("X"), 400, .closes),
    Row(
        "bytes from 0x80 in a value",
        Array("GET /health HTTP/1.1\r\nHost: a\r\nX: ".utf8) + [0x80, 0xFF, 0xC3] + Array("\r\n\r\n".utf8),
        200, .keeps),
    Row("Upgrade", get("/health", ["Host: a", "Connection: Upgrade", "Upgrade: h2c"]), 200, .keeps),
    Row("Connection: close", get("/health", ["Host: a", "Connection: close"]), 200, .closes),
    Row("Connection: close in a list", get("/health", ["Host: a", "Connection: x, Close"]), 200, .closes),
]
