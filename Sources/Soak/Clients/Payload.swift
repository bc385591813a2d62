internal import LoadGenerator
internal import Reduction

/// A body with what may be asked of it, and the right answers by the plainest code there is.
struct Payload: Sendable {
    /// A query and its answer.
    struct Question: Sendable {
        let query: String
        let answer: [UInt8]
    }

    let body: RequestBody
    let questions: [Question]

    init(valueCount: Int, seed: UInt64) throws {
        let body = try RequestBody(valueCount: valueCount, seed: seed)
        self.body = body
        // A single value fits any number of columns; with few, a body of unknown length needs much scratch.
        let columns = valueCount == 1 ? 2500 : largestDivisor(of: valueCount, upTo: 2500)
        questions = body.withValues { values in
            let answers: [(String, Float)] = [
                ("columns=\(columns)", ScalarTwin.rowMeanStd(values, columns: columns)),
                ("kernel=sum", ScalarTwin.sum(values)), ("kernel=mean", ScalarTwin.mean(values)),
                ("kernel=minimum", ScalarTwin.minimum(values)),
                ("kernel=maximum", ScalarTwin.maximum(values)),
            ]
            return answers.map { query, value in
                let bits = value.bitPattern
                return Question(
                    query: query, answer: (0..<4).map { UInt8(truncatingIfNeeded: bits >> (8 * UInt32($0))) })
            }
        }
    }
}

/// All bodies of a soak. Two of each size with different values: an answer to somebody else's body is wrong.
struct Payloads: Sendable {
    /// Ascending in size.
    let all: [Payload]

    /// The sizes in bytes. Under 2 MiB the budget is granted in small pages, above in large runs; the large
    /// ones are all alike, so that they always fit where another was.
    static let sizes = [4, 4_000, 60_000, 400_000, 1_000_000, 30_000_000]
    static let maxBodyBytes = 30 << 20

    init(seed: UInt64) throws {
        all = try Self.sizes.flatMap { size in
            try [0, 1].map { try Payload(valueCount: size / 4, seed: seed &* 1000 &+ UInt64(size + $0)) }
        }
    }

    var large: Payload { all[all.count - 1] }
    /// The 1 MB one.
    var medium: Payload { all[all.count - 3] }

    /// One of those up to a size.
    func any(upTo byteCount: Int, using random: inout SplitMix64) -> Payload {
        let count = all.count { $0.body.byteCount <= byteCount }
        return all[Int.random(in: 0..<count, using: &random)]
    }

    /// One of all sizes, large ones seldom.
    func any(using random: inout SplitMix64) -> Payload {
        Int.random(in: 0..<12, using: &random) == 0 ? large : any(upTo: 1_000_000, using: &random)
    }
}
