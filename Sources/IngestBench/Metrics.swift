/// Prometheus's text format, as far as plain counters need it.
enum Metrics {
    /// The samples by name. Those of one name with different labels (one for each reactor, say) are added up.
    static func parse(_ text: String) -> [String: Double] {
        var samples: [String: Double] = [:]
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            // name{label="with a space",…} value [timestamp]
            let name = line.prefix { $0 != "{" && $0 != " " }
            let rest = line.dropFirst(name.count)
            let values = rest.hasPrefix("{") ? rest.drop { $0 != "}" }.dropFirst() : rest
            guard let first = values.split(separator: " ").first, let value = Double(first) else { continue }
            samples[String(name), default: 0] += value
        }
        return samples
    }
}
