#if !DEBUG
    import Foundation
    import Testing

    /// `read-path-thresholds.json`: by check, then by how bodies are read.
    enum Thresholds {
        struct Threshold: Decodable {
            let atMost: Double
            let why: String

            private enum CodingKeys: String, CodingKey {
                case atMost = "at most"
                case why
            }
        }

        static func threshold(_ check: String, _ reading: Reading) throws -> Threshold {
            let readings = try #require(try all.get()[check], "no thresholds for \(check)")
            return try #require(readings[reading.rawValue], "no threshold for \(check), \(reading.rawValue)")
        }

        private static let all = Result {
            let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            let file = folder.appending(path: "read-path-thresholds.json")
            return try JSONDecoder().decode(
                [String: [String: Threshold]].self, from: Data(contentsOf: file))
        }
    }
#endif
