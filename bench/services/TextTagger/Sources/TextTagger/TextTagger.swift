/// Finds names in prose: the work of `/cpu`.
///
/// `bench/peers/text/README.md` defines the algorithm, `tagger.py` beside it is the same in Python; both read the
/// same tables and answer the same bytes. Nothing is kept from one text to the next.
public struct TextTagger: Sendable {
    let gazetteer: Gazetteer
    let weights: FeatureWeights
    let transitions: Transitions

    /// The longest name that is looked up, in words.
    static let longestName = 3

    /// Reads `weights.tsv` and `gazetteer.tsv` from a folder.
    ///
    /// - Throws: `TableError`, where a table cannot be read.
    public init(dataFolder: String) throws(TableError) {
        weights = try FeatureWeights(table: Table(path: dataFolder + "/weights.tsv"))
        gazetteer = try Gazetteer(table: Table(path: dataFolder + "/gazetteer.tsv"))
        transitions = Transitions(weights: weights)
    }

    /// Tags the UTF-8 bytes of a text.
    public func tag(_ text: [UInt8]) -> TaggedText {
        let tokens = tokenize(text)
        var scores = weights.emissions(of: tokens)
        addGazetteer(to: &scores, tokens: tokens)
        let path = transitions.bestPath(through: scores)
        return TaggedText(tokens: tokens.count, entities: entities(path, tokens: tokens, text: text))
    }

    /// Tags a text.
    public func tag(_ text: String) -> TaggedText {
        tag(Array(text.utf8))
    }

    /// Looks every run of one to three words up, and adds to the tags of those that are a name or nearly one.
    private func addGazetteer(to scores: inout [Scores], tokens: [Token]) {
        var run: [UInt8] = []
        for first in tokens.indices {
            run.removeAll(keepingCapacity: true)
            for last in first..<min(first + Self.longestName, tokens.count) {
                guard tokens[last].isWord else { break }
                if last > first { run.append(UInt8(ascii: " ")) }
                run.append(contentsOf: tokens[last].word)
                let found = gazetteer.lookUp(run)
                for label in Label.allCases where found[label.rawValue] > 0 {
                    scores[first][Tag.begin(label)] += found[label.rawValue]
                    for inner in first..<last {
                        scores[inner + 1][Tag.inside(label)] += found[label.rawValue]
                    }
                }
            }
        }
    }

    private func entities(_ path: [Int], tokens: [Token], text: [UInt8]) -> [Entity] {
        var found: [Entity] = []
        for (tag, token) in zip(path, tokens) {
            if Tag.isBegin(tag) {
                found.append(Entity(label: Tag.label(of: tag), start: token.start, end: token.end))
            } else if Tag.isInside(tag) {
                found[found.count - 1].end = token.end
            }
        }
        for index in found.indices {
            found[index].text = Array(text[found[index].start..<found[index].end])
        }
        return found
    }
}
