/// What `/metrics` says.
struct Metrics {
    private var values: [String: Int] = [:]

    init(_ text: String) {
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let words = line.split(separator: " ")
            if words.count == 2, let value = Int(words[1]) { values[String(words[0])] = value }
        }
    }

    /// Traps on a name that is not there: a test that reads nothing proves nothing.
    subscript(_ name: String) -> Int {
        guard let value = values["sluice_\(name)"] else { fatalError("no metric sluice_\(name)") }
        return value
    }
}

extension ServerProcess {
    /// With the server's token, if it asks for one.
    var metricsRequest: String {
        guard let token else { return Request.metrics }
        return "GET /metrics HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(token)\r\n\r\n"
    }

    func metrics() throws -> Metrics { Metrics(try ask(metricsRequest).text) }
}
