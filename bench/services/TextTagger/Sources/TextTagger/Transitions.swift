/// What a tag adds to the score of a path for the two tags before it.
struct Transitions: Sendable {
    /// At `index(tag, before)`, a column for each tag before that. Flat: an element of nested inline arrays is read by
    /// copying the whole.
    private var added = [Int](repeating: 0, count: Tag.count * Tag.count * Tag.count)

    /// Inside of a name stands only after begin or inside of the same label.
    init(weights: FeatureWeights) {
        let tags = 0..<Tag.count
        for before in tags {
            for (tag, weight) in weights["after=\(Tag.name(of: before))"] {
                for earlier in tags { added[Self.index(tag, before) + earlier] += weight }
            }
        }
        for earlier in tags {
            for (tag, weight) in weights["after-next=\(Tag.name(of: earlier))"] {
                for before in tags { added[Self.index(tag, before) + earlier] += weight }
            }
        }
        for tag in tags where Tag.isInside(tag) {
            for before in tags where before != tag && before != tag - 1 {
                for earlier in tags { added[Self.index(tag, before) + earlier] = impossible }
            }
        }
    }

    /// The tags whose scores and transitions have the highest sum (Viterbi, of second order); of equal ones, the tag
    /// of the lowest number. Before the text stand two tags outside.
    func bestPath(through scores: [Scores]) -> [Int] {
        // The best sum of a path that ends with two tags, the last of them as the row.
        var best = [Int](repeating: impossible, count: Tag.count * Tag.count)
        best[Tag.outside] = 0
        var sums = best
        // For each token, and each two tags that a path may have there, the tag before them.
        var cameFrom: [UInt8] = []
        cameFrom.reserveCapacity(scores.count * best.count)
        for emitted in scores {
            for tag in 0..<Tag.count {
                for before in 0..<Tag.count {
                    let row = Self.index(tag, before)
                    var highest = Int.min
                    var choice = 0
                    for earlier in 0..<Tag.count {
                        let sum = best[before * Tag.count + earlier] + added[row + earlier]
                        if sum > highest {
                            highest = sum
                            choice = earlier
                        }
                    }
                    sums[tag * Tag.count + before] = highest + emitted[tag]
                    cameFrom.append(UInt8(choice))
                }
            }
            swap(&best, &sums)
        }
        return Self.trace(cameFrom, from: Self.indexOfHighest(best), length: scores.count)
    }

    /// Where the column of a tag and the one before it begins.
    private static func index(_ tag: Int, _ before: Int) -> Int {
        (tag * Tag.count + before) * Tag.count
    }

    private static func indexOfHighest(_ sums: [Int]) -> Int {
        var highest = 0
        for index in sums.indices where sums[index] > sums[highest] { highest = index }
        return highest
    }

    private static func trace(_ cameFrom: [UInt8], from last: Int, length: Int) -> [Int] {
        var path = [Int](repeating: Tag.outside, count: length)
        var pair = last
        for index in (0..<length).reversed() {
            let (tag, before) = pair.quotientAndRemainder(dividingBy: Tag.count)
            path[index] = tag
            pair = before * Tag.count + Int(cameFrom[(index * Tag.count + tag) * Tag.count + before])
        }
        return path
    }
}
