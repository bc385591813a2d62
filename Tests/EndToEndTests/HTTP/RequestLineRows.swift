// HTTP.md, "Request line and fields": what the request line alone decides.

private func get(_ target: String, version: String = "HTTP/1.1") -> String {
    "GET \(target) \(version)\r\nHost: a\r\n\r\n"
}

private func method(_ name: String, _ target: String = "/health") -> String {
    "\(name) \(target) HTTP/1.1\r\nHost: a\r\n\r\n"
}

private let noVersion = "does not end with one space, HTTP/1.1 or HTTP/1.0, and a line end."
private let noMethod = "does not begin with an HTTP method and one space."
private let noForm = "The request target is neither a path, nor an http URL, nor * with OPTIONS; this is "
private let badTarget = "The request target holds a byte that is not allowed there."

let requestLineRows: [Row] = [
    // Versions.
    Row("1.0 without Host", "GET /health HTTP/1.0\r\n\r\n", 200, .closes),
    Row("1.0 with Host", get("/health", version: "HTTP/1.0"), 200, .closes),
    Row(
        "1.0 kept", "GET /health HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 200, .keeps,
        fields: ["Connection": "keep-alive"]),
    Row("1.2", get("/health", version: "HTTP/1.2"), 200, .keeps),
    Row("1.9", get("/health", version: "HTTP/1.9"), 200, .keeps),
    Row(
        "2.0", get("/health", version: "HTTP/2.0"), 505, .closes,
        "speaks HTTP/1.1 and HTTP/1.0; this is 'HTTP/2.0'"),
    Row("9.9", get("/health", version: "HTTP/9.9"), 505, .closes, "this is 'HTTP/9.9'"),
    Row("0.9", get("/health", version: "HTTP/0.9"), 505, .closes, "this is 'HTTP/0.9'"),
    Row("http/1.1", get("/health", version: "http/1.1"), 400, .closes, noVersion),
    Row("HTTP/01.1", get("/health", version: "HTTP/01.1"), 400, .closes, noVersion),
    Row("HTTP/1.10", get("/health", version: "HTTP/1.10"), 400, .closes, noVersion),
    Row("HTTP/1", get("/health", version: "HTTP/1"), 400, .closes, noVersion),
    Row("HTTP/+1.1", get("/health", version: "HTTP/+1.1"), 400, .closes, noVersion),
    Row("no version", "GET /health\r\nHost: a\r\n\r\n", 400, .closes, badTarget),
    Row(
        "version without an end", "GET /health HTTP/1.1" + String(repeating: "1", count: 100), 400, .closes,
        noVersion),

    // Not HTTP/1, and answered without waiting for more.
    Row("preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, .closes, "HTTP/1.1, not HTTP/2."),
    Row("preface of HTTP/2, begun", "PRI ", 505, .closes, "HTTP/1.1, not HTTP/2."),
    Row(
        "TLS hello", [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03], 400, .closes,
        noMethod),
    Row("TLS hello, first byte", [0x16], 400, .closes, noMethod),
    Row("SSH banner", "SSH-2.0-OpenSSH_9.2p1\r\n", 400, .closes, "not an SSH server."),
    Row("PROXY line", "PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n", 400, .closes, "the PROXY protocol."),
    Row("PROXY header, version 2", "\r\n\r\n\0\r\nQUIT\n\u{21}\u{11}\0\u{0C}", 400, .closes, noMethod),

    // White space.
    Row("two spaces", "GET  /health HTTP/1.1\r\nHost: a\r\n\r\n", 400, .closes, noForm + "''"),
    Row("two spaces before the version", get("/health ", version: "HTTP/1.1"), 400, .closes, noVersion),
    Row("TAB after the method", "GET\t/health HTTP/1.1\r\nHost: a\r\n\r\n", 400, .closes, noMethod),
    Row("TAB after the target", "GET /health\tHTTP/1.1\r\nHost: a\r\n\r\n", 400, .closes, badTarget),
    Row("space after the version", get("/health", version: "HTTP/1.1 "), 400, .closes, noVersion),
    Row(
        "space before the method", " " + get("/health"), 400, .closes, "The request line begins with a space."
    ),
    Row("empty lines, 8 bytes", "\r\n\r\n\r\n\r\n" + get("/health"), 200, .keeps),
    Row("empty line of a bare LF", "\n" + get("/health"), 400, .closes, noMethod),
    Row("bare LF after the request line", "GET /health HTTP/1.1\nHost: a\r\n\r\n", 400, .closes, noVersion),
    Row(
        "bare CR after the request line", "GET /health HTTP/1.1\rHost: a\r\n\r\n", 400, .closes,
        "without a line feed."),
    Row("bare CR in the request line", "GET /health\r HTTP/1.1\r\nHost: a\r\n\r\n", 400, .closes, badTarget),

    // Methods.
    Row(
        "unknown method", method("BREW"), 501, .closes,
        "GET, HEAD, POST, PUT, PATCH, DELETE and OPTIONS; this is 'BREW'"),
    Row("method in small letters", method("get"), 501, .closes, "this is 'get'"),
    Row("long unknown method", method("PROPPATCH"), 501, .closes, "this is 'PROPPAT'..."),
    Row("method with odd letters", method("G'&|T"), 501, .closes, "this is 'G??|T'"),
    Row("CONNECT", method("CONNECT", "a:443"), 501, .closes, "this is 'CONNECT'"),
    Row("TRACE", method("TRACE"), 501, .closes, "this is 'TRACE'"),
    Row("method in quotes", method("\"GET\""), 400, .closes, noMethod),

    // Targets.
    Row("GET *", get("*"), 400, .closes, noForm + "'*'"),
    Row("OPTIONS **", method("OPTIONS", "**"), 400, .closes, noForm + "'**'"),
    Row("target without a slash", get("health"), 400, .closes, noForm + "'health'"),
    Row("authority form", get("a:80"), 400, .closes, noForm + "'a:80'"),
    Row("URL of another scheme", get("ftp://a/health"), 400, .closes, noForm + "'ftp://a/health'"),
    Row(
        "URL with a user", get("http://u@a/health"), 400, .closes,
        "host name with an optional port; this is 'u@a'"),
    Row(
        "URL without a host", get("http:///health"), 400, .closes,
        "host name with an optional port; this is ''"),
    Row(
        "URL with two hosts", get("http://a,b/health"), 400, .closes,
        "host name with an optional port; this is 'a,b'"),
    Row("fragment", get("/health#a"), 400, .closes, badTarget),
    Row("line end in the target", get("/\r\nSet-Cookie:a"), 400, .closes, badTarget),
    Row("NUL in the target", get("/health\0"), 400, .closes, badTarget),
    Row(
        "byte from 0x80 in the target",
        Array("GET /h".utf8) + [0xC3, 0xA9] + Array(" HTTP/1.1\r\nHost: a\r\n\r\n".utf8), 400, .closes,
        badTarget),
]
