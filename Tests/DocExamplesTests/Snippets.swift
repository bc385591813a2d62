import Foundation

/// The listings as they stand in the sources, between `// snippet: NAME` and `// end`. The pieces of one name, joined, are
/// one listing.
enum Snippets {
    static let folders = ["Tests/DocExamples", "Tests/DocExamplesTests"]

    struct Malformed: Error, CustomStringConvertible {
        let description: String
    }

    static func all() throws -> [String: [String]] {
        var found: [String: [String]] = [:]
        for file in try Repository.files(withExtension: "swift", in: folders) {
            var open: (name: String, lines: [String])?
            for line in try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\n") {
                let words = line.split(separator: " ").map(String.init)
                if words.count == 3, words[0] == "//", words[1] == "snippet:" {
                    guard open == nil else {
                        throw Malformed(description: "\(file.path): \(line) in another")
                    }
                    open = (words[2], [])
                } else if words == ["//", "end"] {
                    guard let piece = open else {
                        throw Malformed(description: "\(file.path): an end of nothing")
                    }
                    found[piece.name, default: []] += unindented(piece.lines)
                    open = nil
                } else {
                    open?.lines.append(line)
                }
            }
            if let open { throw Malformed(description: "\(file.path): \(open.name) has no end") }
        }
        return found
    }
}

/// Lines without the indentation that they have in common.
func unindented(_ lines: [String]) -> [String] {
    let depths = lines.filter { !$0.isEmpty }.map { $0.prefix { $0 == " " }.count }
    return lines.map { String($0.dropFirst(depths.min() ?? 0)) }
}
