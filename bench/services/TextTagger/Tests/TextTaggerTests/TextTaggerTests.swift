import Foundation
import Testing
import TextTagger

/// What tagger.py answered: see bench/peers/text/generate.py.
struct Case: Decodable, CustomTestStringConvertible {
    let text: String
    let answer: String

    var testDescription: String { "\(text.prefix(24))" }

    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../../peers/text").standardizedFileURL

    static func all() throws -> [Case] {
        try JSONDecoder().decode([Case].self, from: Data(contentsOf: folder.appending(path: "cases.json")))
    }
}

@Suite struct TextTaggerTests {
    static let tagger = Result { try TextTagger(dataFolder: Case.folder.path) }

    @Test(arguments: try Case.all())
    func answersTheSameBytesAsPython(example: Case) throws {
        let tagger = try Self.tagger.get()
        #expect(String(decoding: tagger.tag(example.text).json(), as: UTF8.self) == example.answer)
    }

    @Test func thereAreCases() throws {
        #expect(try Case.all().count >= 16)
    }

    @Test func saysWhichTableIsMissing() {
        #expect(throws: TableError.unreadable(path: "/nowhere/weights.tsv", errno: 2)) {
            try TextTagger(dataFolder: "/nowhere")
        }
    }
}
