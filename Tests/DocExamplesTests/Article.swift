import Foundation

/// A page of the documentation, or the README.
struct Article {
    let path: String
    private let lines: [String]

    struct Block: CustomStringConvertible {
        let path: String
        let line: Int
        let lines: [String]

        var description: String { "\(path):\(line): \(lines.first ?? "")" }
    }

    static func all() throws -> [Article] {
        let pages = try Repository.files(withExtension: "md", in: ["Sources/Sluice/Sluice.docc"])
        return try (pages + [Repository.root.appending(path: "README.md")]).map { page in
            let lines = try String(contentsOf: page, encoding: .utf8).components(separatedBy: "\n")
            return Article(path: page.lastPathComponent, lines: lines)
        }
    }

    /// What stands in fences of that language.
    func blocks(of language: String) -> [Block] {
        var blocks: [Block] = []
        var begin: Int?
        for (index, line) in lines.enumerated() {
            let fence = line.drop { $0 == " " }
            if let first = begin, fence == "```" {
                blocks.append(Block(path: path, line: first, lines: unindented(Array(lines[first..<index]))))
                begin = nil
            } else if begin == nil, fence == "```\(language)" {
                begin = index + 1
            }
        }
        return blocks
    }
}

/// The files these tests were built from.
enum Repository {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    struct NothingFound: Error, CustomStringConvertible {
        let description: String
    }

    static func files(withExtension suffix: String, in folders: [String]) throws -> [URL] {
        try folders.flatMap { folder in
            let names = FileManager.default.enumerator(atPath: root.appending(path: folder).path)
            let found =
                names?.compactMap { $0 as? String }.filter { $0.hasSuffix(".\(suffix)") }.sorted() ?? []
            guard !found.isEmpty else { throw NothingFound(description: "no .\(suffix) in \(folder)") }
            return found.map { root.appending(path: folder).appending(path: $0) }
        }
    }
}
