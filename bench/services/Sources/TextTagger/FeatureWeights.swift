/// What each feature of a token adds to the scores of its tags, from `weights.tsv`: feature, tag, weight.
struct FeatureWeights: Sendable {
    private var weights: [ByteString: [(tag: Int, weight: Int)]] = [:]

    init(table: Table) throws(TableError) {
        for row in table.rows {
            guard row.count == 3, let tag = Tag.named(row[1]),
                let weight = Int(String(decoding: row[2], as: UTF8.self))
            else {
                throw TableError.malformed(path: table.path)
            }
            weights[ByteString(row[0]), default: []].append((tag, weight))
        }
    }

    /// The scores that a token has of its shape, its neighbours and the pieces of its word.
    func emission(of index: Int, in tokens: [Token]) -> Scores {
        let token = tokens[index]
        let before = index > 0 ? tokens[index - 1].word : Self.fullStop
        let after = index + 1 < tokens.count ? tokens[index + 1].word : Self.fullStop
        let shape = Array(token.shape.rawValue.utf8)
        var scores = Scores(repeating: 0)
        add("shape=", shape[...], to: &scores)
        add("word=", token.word[...], to: &scores)
        add("before=", before[...], to: &scores)
        add("next=", after[...], to: &scores)
        if Self.sentenceEnds.contains(before) { add("start=", shape[...], to: &scores) }
        let framed = [UInt8(ascii: "^")] + token.word + [UInt8(ascii: "$")]
        for size in 2...5 where size <= framed.count {
            for start in 0...framed.count - size { add("gram=", framed[start..<start + size], to: &scores) }
        }
        return scores
    }

    /// The weights of one feature.
    subscript(_ feature: String) -> [(tag: Int, weight: Int)] {
        weights[ByteString(feature.utf8)] ?? []
    }

    private static let fullStop = Array(".".utf8)
    private static let sentenceEnds = [Array(".".utf8), Array("!".utf8), Array("?".utf8)]

    private func add(_ kind: String, _ value: ArraySlice<UInt8>, to scores: inout Scores) {
        guard let added = weights[ByteString(kind.utf8 + value)] else { return }
        for (tag, weight) in added { scores[tag] += weight }
    }
}
