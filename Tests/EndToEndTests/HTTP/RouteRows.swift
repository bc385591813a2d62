// HTTP.md, "Request line and fields": what a path and a method come to.

private func request(_ method: String, _ target: String, _ fields: [String] = [], _ body: String = "")
    -> String
{
    (["\(method) \(target) HTTP/1.1", "Host: a"] + fields + ["", body]).joined(separator: "\r\n")
}

private let allowsPost = "the methods of this path are POST, OPTIONS; this is "
private let allowsGet = "the methods of this path are GET, HEAD, OPTIONS; this is "

let routeRows: [Row] = [
    Row(
        "HEAD /health", request("HEAD", "/health"), 200, .keeps, isHead: true, fields: ["Content-Length": "6"]
    ),
    Row("GET /ready", request("GET", "/ready"), 200, .keeps),
    Row(
        "GET /predict", request("GET", "/predict"), 405, .keeps, allowsPost + "GET",
        fields: ["Allow": "POST, OPTIONS"]),
    Row(
        "HEAD /predict", request("HEAD", "/predict"), 405, .keeps, isHead: true,
        fields: ["Allow": "POST, OPTIONS"]),
    Row(
        "DELETE /health", request("DELETE", "/health"), 405, .keeps, allowsGet + "DELETE",
        fields: ["Allow": "GET, HEAD, OPTIONS"]),
    Row(
        "PUT /predict", request("PUT", "/predict", ["Content-Length: 4"], "1234"), 405, .keeps,
        allowsPost + "PUT"),
    Row(
        "PATCH /predict", request("PATCH", "/predict", ["Content-Length: 0"]), 405, .keeps,
        allowsPost + "PATCH"),
    Row(
        "POST /health", request("POST", "/health", ["Content-Length: 4"], "1234"), 405, .keeps,
        allowsGet + "POST", fields: ["Allow": "GET, HEAD, OPTIONS"]),
    Row("unknown path", request("GET", "/nothing"), 404, .keeps, "no such path; this is '/nothing'"),
    Row(
        "path that means something elsewhere", request("GET", "/<b>\"'&\\"), 404, .keeps, "this is '/?b?????'"
    ),
    Row("percent-encoded path", request("GET", "/%68ealth"), 404, .keeps, "this is '/%68ealth'"),
    Row("path with dots", request("GET", "/a/../health"), 404, .keeps, "this is '/a/../health'"),
    Row("path with two slashes", request("GET", "//health"), 404, .keeps, "this is '//health'"),
    Row("path with a backslash", request("GET", "/\\health"), 404, .keeps, "this is '/?health'"),
    Row("HEAD of an unknown path", request("HEAD", "/nothing"), 404, .keeps, isHead: true),
    Row("OPTIONS of an unknown path", request("OPTIONS", "/nothing"), 404, .keeps, "no such path"),

    Row("absolute form", request("GET", "http://a/health"), 200, .keeps),
    Row("absolute form, https", request("GET", "HTTPS://a:443/health"), 200, .keeps),
    Row("absolute form that names another host", request("GET", "http://b/health"), 200, .keeps),
    Row("absolute form without a path", request("GET", "http://a"), 404, .keeps, "this is '/'"),
    Row("absolute form with a query alone", request("GET", "http://a?/health"), 404, .keeps, "this is '/'"),
    Row(
        "OPTIONS *", request("OPTIONS", "*"), 204, .keeps, fields: ["Allow": "GET, HEAD, POST, OPTIONS"]),
    Row("OPTIONS /predict", request("OPTIONS", "/predict"), 204, .keeps, fields: ["Allow": "POST, OPTIONS"]),
    Row(
        "OPTIONS /health", request("OPTIONS", "/health"), 204, .keeps, fields: ["Allow": "GET, HEAD, OPTIONS"]
    ),
]
