/// Prometheus's text format, as far as plain counters need it.
public enum Metrics {
    /// The samples by name. Those of one name with different labels (one for each reactor, say) are added up;
    /// each stands there under its name with its labels too.
    public static func parse(_ text: String) -> [String: Double] {
        var samples: [String: Double] = [:]
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            // name{label="with a space",…} value [timestamp]
            let name = line.prefix { $0 != "{" && $0 != " " }
            let rest = line.dropFirst(name.count)
            let labels = rest.hasPrefix("{") ? rest.prefix { $0 != "}" } : ""
            let values = labels.isEmpty ? rest : rest.dropFirst(labels.count + 1)
            guard let first = values.split(separator: " ").first, let value = Double(first) else { continue }
            samples[String(name), default: 0] += value
            if !labels.isEmpty { samples["\(name)\(labels)}"] = value }
        }
        return samples
    }
}
