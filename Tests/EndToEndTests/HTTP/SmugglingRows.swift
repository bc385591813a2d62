// Where one server sees one request, and another in the same bytes sees two. Each row has a second request, or what
// could be taken for one, behind the first: `further` says which of them is answered.

private let smuggled = "GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n"

private func post(_ fields: [String], _ rest: String, version: String = "1.1") -> String {
    (["POST /predict?columns=1 HTTP/\(version)", "Host: a"] + fields + ["", rest]).joined(separator: "\r\n")
}

private func get(_ fields: [String], _ rest: String, target: String = "/health", version: String = "1.1")
    -> String
{
    (["GET \(target) HTTP/\(version)", "Host: a"] + fields + ["", rest]).joined(separator: "\r\n")
}

private func refused(_ name: String, _ bytes: String, _ says: String, status: Int = 400) -> Row {
    Row(name, bytes, status, .closes, says, further: [])
}

/// The body is what its length says, however much it looks like a request.
private let asBody = ["Content-Length: \(smuggled.utf8.count)"]

let smugglingRows: [Row] = [
    Row("two requests", post(["Content-Length: 4"], "1234" + smuggled), 200, .keeps, further: [404]),
    Row(
        "a chunked one and another",
        post(["Transfer-Encoding: chunked"], "4\r\n1234\r\n0\r\n\r\n" + smuggled), 200, .keeps, further: [404]
    ),

    // CL.TE, TE.CL, TE.TE.
    refused(
        "CL.TE", post(["Content-Length: 6", "Transfer-Encoding: chunked"], "0\r\n\r\nG" + smuggled),
        "both Content-Length and Transfer-Encoding."),
    refused(
        "TE.CL",
        post(["Transfer-Encoding: chunked", "Content-Length: 4"], "5c\r\n" + smuggled + "0\r\n\r\n"),
        "both Content-Length and Transfer-Encoding."),
    refused(
        "TE.TE", post(["Transfer-Encoding: chunked", "Transfer-encoding: cow"], "0\r\n\r\n" + smuggled),
        "Transfer-Encoding must name chunked once, and last."),
    refused(
        "CL.CL", post(["Content-Length: 0", "Content-Length: \(smuggled.utf8.count)"], smuggled),
        "more than one Content-Length"),
    refused("Content-Length with a sign", post(["Content-Length: +0"], smuggled), "this is '+0'"),
    refused(
        "space before the colon",
        post(["Transfer-Encoding : chunked", "Content-Length: 4"], "0\r\n\r\n" + smuggled),
        "followed directly by a colon."),
    refused(
        "folded Transfer-Encoding",
        post(["Transfer-Encoding:", " chunked", "Content-Length: 4"], "0\r\n\r\n" + smuggled), "empty member."
    ),
    refused(
        "Transfer-Encoding behind a bare LF",
        post(["X: y\nTransfer-Encoding: chunked"], "0\r\n\r\n" + smuggled), "control character."),
    refused(
        "Transfer-Encoding behind a bare CR",
        post(["X: y\rTransfer-Encoding: chunked"], "0\r\n\r\n" + smuggled), "without a line feed."),
    refused(
        "1.0 with Transfer-Encoding",
        post(
            ["Connection: keep-alive", "Transfer-Encoding: chunked"], "0\r\n\r\n" + smuggled, version: "1.0"),
        "HTTP/1.0 has no Transfer-Encoding."),
    refused(
        "a coding nobody knows", post(["Transfer-Encoding: xchunked"], "0\r\n\r\n" + smuggled),
        "this is 'xchunked'", status: 501),
    refused("no length", post([], smuggled), "this has neither", status: 411),

    // Fields that would take framing away.
    Row(
        "Connection: Content-Length", post(["Connection: Content-Length"] + asBody, smuggled), 422, .keeps,
        "no whole number"),
    Row(
        "Connection: Transfer-Encoding",
        post(
            ["Connection: Transfer-Encoding", "Transfer-Encoding: chunked"],
            "4\r\n1234\r\n0\r\n\r\n" + smuggled),
        200, .keeps, further: [404]),
    Row(
        "Transfer_Encoding", post(["Transfer_Encoding: chunked", "Content-Length: 4"], "1234" + smuggled),
        200, .keeps, further: [404]),
    Row(
        "X-HTTP-Method-Override", get(["X-HTTP-Method-Override: POST"], smuggled), 200, .keeps, further: [404]
    ),
    Row("Upgrade", get(["Connection: Upgrade", "Upgrade: h2c"], smuggled), 200, .keeps, further: [404]),

    // Bodies that nobody wants are no requests.
    Row("GET with a body", get(asBody, smuggled), 200, .keeps),
    Row("GET with a body, and a request", get(asBody, smuggled + smuggled), 200, .keeps, further: [404]),
    Row(
        "HEAD with a body", "HEAD /health HTTP/1.1\r\nHost: a\r\n\(asBody[0])\r\n\r\n" + smuggled, 200,
        .keeps, isHead: true),
    Row("404 with a body", get(asBody, smuggled, target: "/other"), 404, .keeps, "this is '/other'"),
    Row(
        "GET with a chunked body",
        get(["Transfer-Encoding: chunked"], "22\r\n\(smuggled)\r\n0\r\n\r\n" + smuggled),
        200, .keeps, further: [404]),
    Row(
        "GET with a bad chunked body", get(["Transfer-Encoding: chunked"], "0\n\r\n\r\n" + smuggled), 200,
        .closes,
        further: []),

    // Nothing is answered after an answer that closes.
    Row("Connection: close", get(["Connection: close"], smuggled), 200, .closes, further: [])
        .breakingItsPromise,
    Row("1.0", get([], smuggled, version: "1.0"), 200, .closes, further: []).breakingItsPromise,
    Row("1.0 kept", get(["Connection: keep-alive"], smuggled, version: "1.0"), 200, .keeps, further: [404]),
    Row("garbage", get([], "\u{1}"), 200, .closes, further: [400]),
    Row(
        "one more line end than a body needs", post(["Content-Length: 4"], "1234\r\n" + smuggled), 200,
        .keeps, further: [404]),
    Row(
        "one byte more than a body has", post(["Content-Length: 4"], "12345" + smuggled), 200, .closes,
        further: [501]),

    // What a chunk's border hides.
    refused(
        "LF in a size line", post(["Transfer-Encoding: chunked"], "2;\n00\r\n0\r\n\r\n" + smuggled),
        "A chunk extension has no name."),
    refused(
        "LF in an extension", post(["Transfer-Encoding: chunked"], "2;a\n00\r\n0\r\n\r\n" + smuggled),
        "control character."),
    refused(
        "data without its end", post(["Transfer-Encoding: chunked"], "4\r\n12340\r\n\r\n" + smuggled),
        "longer than its size said."),
    refused(
        "a size that wraps round",
        post(["Transfer-Encoding: chunked"], "10000000000000004\r\n1234\r\n0\r\n\r\n" + smuggled),
        "more than 16 digits."),
    refused(
        "Content-Length in a trailer",
        post(["Transfer-Encoding: chunked"], "4\r\n1234\r\n0\r\nContent-Length: 9\r\n\r\n" + smuggled),
        "may only stand in the head."),
    refused(
        "a trailer's line without its CR",
        post(["Transfer-Encoding: chunked"], "4\r\n1234\r\n0\r\nX: y\n\r\n" + smuggled), "control character."),

    // Response splitting: what is shown of a request ends no line.
    Row(
        "line ends in a path", get([], "", target: "/%0d%0aSet-Cookie:a"), 404, .keeps,
        "this is '/%0d%0aSet-Cookie:a'"),
]
