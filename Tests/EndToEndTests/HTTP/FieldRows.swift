// HTTP.md, "Request line and fields": the fields.

private func get(_ fields: [String]) -> String {
    (["GET /health HTTP/1.1"] + fields + ["", ""]).joined(separator: "\r\n")
}

private func field(_ line: String) -> String { get(["Host: a", line]) }

private func hostIs(_ value: String, _ shown: String? = nil) -> Row {
    Row(
        "Host: \(value)", get(["Host: \(value)"]), 400, .closes,
        "not a host name with an optional port; this is '\(shown ?? value)'")
}

private let noColon = "not a field name followed directly by a colon."
private let control = "A header field's value holds a control character."

let fieldRows: [Row] = [
    // Host.
    Row("no Host", get([]), 400, .closes, "The request has no Host field."),
    Row("Host twice", get(["Host: a", "Host: b"]), 400, .closes, "more than one Host field."),
    Row("Host twice, equal", get(["Host: a", "host: a"]), 400, .closes, "more than one Host field."),
    hostIs(""), hostIs("a, b"), hostIs("a/b"), hostIs("u@a"), hostIs("a b"), hostIs("a:80:80"), hostIs("a:x"),
    hostIs("[::1"), hostIs("[]"), hostIs("<a>", "?a?"),
    Row("Host with a control character", get(["Host: a\u{1}"]), 400, .closes, control),
    Row("Host with a port", get(["Host: a:8080"]), 200, .keeps),
    Row("Host of an IPv6 address", get(["Host: [::1]:8080"]), 200, .keeps),

    // Line ends.
    Row("bare LF after a field", get(["Host: a\nX: y"]), 400, .closes, control),
    Row("bare LF at the end", "GET /health HTTP/1.1\r\nHost: a\r\n\n", 400, .closes, noColon),
    Row("bare CR in a value", field("X: a\rb"), 400, .closes, "a carriage return without a line feed."),
    Row(
        "bare CR at the end", "GET /health HTTP/1.1\r\nHost: a\r\n\r\r\n", 400, .closes,
        "without a line feed."),
    Row("CR CR LF after a field", field("X: a\r"), 400, .closes, "without a line feed."),
    Row(
        "space before the first field", get([" Host: a"]), 400, .closes,
        "A header line begins with white space."),
    Row("folded line", field("X: a\r\n b"), 400, .closes, "A header line begins with white space."),
    Row("folded line, TAB", field("X: a\r\n\tb"), 400, .closes, "A header line begins with white space."),

    // Characters.
    Row("NUL in a value", field("X: a\0b"), 400, .closes, control),
    Row("control character in a value", field("X: a\u{7}b"), 400, .closes, control),
    Row("DEL in a value", field("X: a\u{7F}b"), 400, .closes, control),
    Row("TAB in a value", field("X: a\tb"), 200, .keeps),
    Row("space before the colon", field("X : y"), 400, .closes, noColon),
    Row("TAB before the colon", field("X\t: y"), 400, .closes, noColon),
    Row("empty name", field(": y"), 400, .closes, "A header field has no name."),
    Row("name that is no token", field("X(: y"), 400, .closes, noColon),
    Row("NUL in a name", field("X\0: y"), 400, .closes, noColon),
    Row(
        "byte from 0x80 in a name",
        Array("GET /health HTTP/1.1\r\nHost: a\r\nX".utf8) + [0xE9]
            + Array(": y\r\n\r\n".utf8), 400, .closes, noColon),
    Row("no colon", field("X"), 400, .closes, noColon),
    Row(
        "bytes from 0x80 in a value",
        Array("GET /health HTTP/1.1\r\nHost: a\r\nX: ".utf8) + [0x80, 0xFF, 0xC3] + Array("\r\n\r\n".utf8),
        200, .keeps),

    // The answer to HEAD has no content, even where the head is refused.
    Row(
        "HEAD that is refused", "HEAD /health HTTP/1.1\r\nHost: a\r\nX : y\r\n\r\n", 400, .closes,
        isHead: true),

    // Fields that mean something.
    Row("Upgrade", get(["Host: a", "Connection: Upgrade", "Upgrade: h2c"]), 200, .keeps),
    Row("Connection: close", field("Connection: close"), 200, .closes),
    Row("Connection: close in a list", field("Connection: x, Close"), 200, .closes),
    Row("Connection: close, keep-alive", field("Connection: close, keep-alive"), 200, .closes),
    Row(
        "close in one field, keep-alive in the next",
        get(["Host: a", "Connection: close", "Connection: keep-alive"]), 200, .closes),
    Row("Connection: closed", field("Connection: closed"), 200, .keeps),
    Row(
        "Content-Type twice", get(["Host: a", "Content-Type: a/b", "Content-Type: a/b"]), 400, .closes,
        "more than one Content-Type field."),
    Row(
        "Origin twice", get(["Host: a", "Origin: a", "Origin: a"]), 400, .closes,
        "more than one Origin field."),
    Row(
        "Authorization twice", get(["Host: a", "Authorization: a", "Authorization: a"]), 400, .closes,
        "more than one Authorization field."),
    Row("other expectation", field("Expect: 200-ok"), 417, .closes, "100-continue; this is '200-ok'"),
    Row("empty expectation", field("Expect:"), 417, .closes, "100-continue; this is ''"),
    Row(
        "expectation in a list", field("Expect: 100-continue, 100-continue"), 417, .closes,
        "this is '100-continue, 100-continue'"),
    Row(
        "one expectation met, one not", get(["Host: a", "Expect: 100-continue", "Expect: x"]), 417, .closes,
        "100-continue; this is 'x'"),
    Row(
        "Origin", field("Origin: http://elsewhere.example"), 403, .keeps,
        "may not use this server; this is 'http://elsewhere.example'"),
    Row("Origin: null", field("Origin: null"), 403, .keeps, "this is 'null'"),
]
