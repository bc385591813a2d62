/// What `/metrics` says.
struct Metrics {
    private var values: [String: Int] = [:]

    struct NoPage: Error, CustomStringConvertible {
        let description: String
    }

    /// - Throws: for an answer that is no page of metrics, a refusal, say.
    init(_ answer: Answer) throws {
        guard answer.status == 200 else { throw NoPage(description: "/metrics: \(answer)") }
        for line in answer.text.split(separator: "\n") where !line.hasPrefix("#") {
            let words = line.split(separator: " ")
            if words.count == 2, let value = Int(words[1]) { values[String(words[0])] = value }
        }
    }

    /// Traps on a name that is not on the page: a test that reads nothing proves nothing.
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

    /// Asked again for as long as the server says that it is full, as it may for a moment after a crowd.
    func metrics() throws -> Metrics {
        var page = try ask(metricsRequest)
        _ = try eventually {
            if page.status == 503 { page = try ask(metricsRequest) }
            return page.status != 503
        }
        return try Metrics(page)
    }
}
