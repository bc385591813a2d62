/// What each feature of a token adds to the scores of its tags, from `weights.tsv`: feature, tag, weight.
///
/// Flat, as the gazetteer is, for threads that look up at once.
struct FeatureWeights: Sendable {
    /// Where the weights of a feature stand in `weights`.
    private var features: [ByteString: Range<Int>] = [:]
    private var weights: [(tag: Int, weight: Int)] = []

    init(table: Table) throws(TableError) {
        var weightsOf: [ByteString: [(tag: Int, weight: Int)]] = [:]
        for row in table.rows {
            guard row.count == 3, let tag = Tag.named(row[1]),
                let weight = Int(String(decoding: row[2], as: UTF8.self))
            else {
                throw TableError.malformed(path: table.path)
            }
            weightsOf[ByteString(row[0]), default: []].append((tag, weight))
        }
        for (feature, its) in weightsOf {
            features[feature] = weights.endIndex..<weights.endIndex + its.count
            weights += its
        }
    }

    /// The scores of each token.
    func emissions(of tokens: [Token]) -> [Scores] {
        var emissions: [Scores] = []
        emissions.reserveCapacity(tokens.count)
        for index in tokens.indices { emissions.append(emission(of: index, in: tokens)) }
        return emissions
    }

    /// The scores that a token has of its shape, its neighbours and the pieces of its word.
    private func emission(of index: Int, in tokens: [Token]) -> Scores {
        let token = tokens[index]
        let before = index > 0 ? tokens[index - 1].word : Self.fullStop
        let after = index + 1 < tokens.count ? tokens[index + 1].word : Self.fullStop
        let shape = Array(token.shape.rawValue.utf8)
        var scores = Scores(repeating: 0)
        add("shape=", shape[...], to: &scores)
        add("word=", token.word[...], to: &scores)
        add("before=", before[...], to: &scores)
        add("next=", after[...], to: &scores)
        if Self.endsSentence(before) { add("start=", shape[...], to: &scores) }
        let framed = [UInt8(ascii: "^")] + token.word + [UInt8(ascii: "$")]
        for size in 2...5 where size <= framed.count {
            for start in 0...framed.count - size { add("gram=", framed[start..<start + size], to: &scores) }
        }
        return scores
    }

    /// The weights of one feature.
    subscript(_ feature: String) -> ArraySlice<(tag: Int, weight: Int)> {
        weights[features[ByteString(feature.utf8)] ?? 0..<0]
    }

    private static let fullStop = Array(".".utf8)

    private static func endsSentence(_ word: [UInt8]) -> Bool {
        word.count == 1
            && (word[0] == UInt8(ascii: ".") || word[0] == UInt8(ascii: "!") || word[0] == UInt8(ascii: "?"))
    }

    private func add(_ kind: String, _ value: ArraySlice<UInt8>, to scores: inout Scores) {
        guard let its = features[ByteString(kind.utf8 + value)] else { return }
        for index in its { scores[weights[index].tag] += weights[index].weight }
    }
}
