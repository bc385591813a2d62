/// The known names, found by what is left of them without a byte or two: a name and a misspelling of it have such a
/// remainder in common (SymSpell's idea), so that no list is walked through.
///
/// Threads look up at once, so nothing here is an array of arrays or a dictionary of them: taking an inner one would
/// count a reference to it, in a cache line that all cores want.
struct Gazetteer: Sendable {
    private var names: [(bytes: Range<Int>, label: Label)] = []
    /// The bytes of all names, one after another.
    private var nameBytes: [UInt8] = []
    /// From a remainder to where the names that it is of stand in `remainderNames`.
    private var remainders: [ByteString: Range<Int>] = [:]
    private var remainderNames: [Int] = []

    /// What a name adds to the score of its label, by how many edits away it is.
    private static let scores: [Int] = [12, 7, 4]

    init(table: Table) throws(TableError) {
        var namesOf: [ByteString: [Int]] = [:]
        for row in table.rows {
            guard row.count == 2, let label = Label(named: row[0]) else {
                throw TableError.malformed(path: table.path)
            }
            forEachRemainder(of: row[1]) { remainder in
                if namesOf[remainder]?.last != names.count {
                    namesOf[remainder, default: []].append(names.count)
                }
            }
            names.append((nameBytes.endIndex..<nameBytes.endIndex + row[1].count, label))
            nameBytes += row[1]
        }
        for (remainder, its) in namesOf {
            remainders[remainder] = remainderNames.endIndex..<remainderNames.endIndex + its.count
            remainderNames += its
        }
    }

    /// For each label, the best score of its names that are few enough edits away.
    func lookUp(_ run: [UInt8]) -> InlineArray<8, Int> {
        var candidates: Set<Int> = []
        forEachRemainder(of: run) { remainder in
            guard let found = remainders[remainder] else { return }
            for index in found { candidates.insert(remainderNames[index]) }
        }
        var best = InlineArray<8, Int>(repeating: 0)
        for candidate in candidates {
            let (name, label) = names[candidate]
            let distance = editDistance(run, nameBytes.span.extracting(name))
            if distance <= mostEdits(run.count) {
                best[label.rawValue] = max(best[label.rawValue], Self.scores[distance])
            }
        }
        return best
    }
}

/// How many edits away a name may be: none from short words, one, and two from the longer.
private func mostEdits(_ size: Int) -> Int {
    size < 5 ? 0 : size < 9 ? 1 : 2
}

/// Calls with what is left of a word without no, one or two bytes, as many as `mostEdits` allows.
private func forEachRemainder(of word: [UInt8], _ body: (ByteString) -> Void) {
    var remainder = ByteString(word)
    body(remainder)
    let most = mostEdits(word.count)
    guard most >= 1 else { return }
    for first in word.indices {
        remainder.bytes.removeAll(keepingCapacity: true)
        remainder.bytes += word[..<first]
        remainder.bytes += word[(first + 1)...]
        body(remainder)
    }
    guard most >= 2 else { return }
    for first in word.indices {
        for second in word.indices[(first + 1)...] {
            remainder.bytes.removeAll(keepingCapacity: true)
            remainder.bytes += word[..<first]
            remainder.bytes += word[(first + 1)..<second]
            remainder.bytes += word[(second + 1)...]
            body(remainder)
        }
    }
}

/// How many bytes must be changed, added or removed to make one of the other (Levenshtein).
private func editDistance(_ a: [UInt8], _ b: Span<UInt8>) -> Int {
    var above = Array(0...b.count)
    for (i, x) in a.enumerated() {
        var row = [i + 1]
        row.reserveCapacity(b.count + 1)
        for j in b.indices {
            row.append(min(above[j] + (x == b[j] ? 0 : 1), above[j + 1] + 1, row[j] + 1))
        }
        above = row
    }
    return above[b.count]
}
