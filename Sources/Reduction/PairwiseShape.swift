/// The shape of numpy's pairwise summation of `count` values, which depends on `count` alone.
///
/// numpy halves: `pairwise(a, n)` with more than 128 values is the sum of the first `h` and the other `n - h`,
/// where `h` is `n / 2` rounded down to a multiple of 8. Count in blocks of eight, `n = 8 * m + r`, and that
/// is `m / 2` blocks to the left, and to the right the rest and the `r` values behind them. So halving
/// needs no recursion:
///
/// - at depth `d` node `i` has `(m + reversed(i)) >> d` blocks, where `reversed` mirrors the `d` bits of `i`
///   (each right turn adds one before the next halving);
/// - they differ by one block at most, so all leaves are at the first depth where the smaller kind of node
///   fits in a leaf. A larger kind of 129 ... 143 values is two leaves: a *split* node;
/// - the `r` values, the tail, are behind the last node's blocks;
/// - nodes come left to right, and after node `i` as many subtrees are complete as `i` ends in one bits. A
///   stream needs one partial sum for each level, like the digits of a binary counter.
///
/// Source: `@TYPE@_pairwise_sum` in numpy's `loops_utils.h.src`.
struct PairwiseShape {
    /// Floats in a block, one for each of a leaf's accumulators.
    static let blockCount = 8
    /// Blocks in the largest leaf.
    static let leafBlocks = 16

    /// The number of values, at least 1.
    let count: Int
    /// Whole blocks of eight: `count / 8`.
    let blocks: Int
    /// Values behind the last whole block: `count % 8`.
    let tail: Int
    /// The depth of all nodes that are leaves or split in two leaves. There are `1 << depth` of them.
    let depth: Int

    init(count: Int) {
        precondition(count > 0)
        self.count = count
        blocks = count / Self.blockCount
        tail = count % Self.blockCount
        var depth = 0
        while blocks >> depth > Self.leafBlocks { depth += 1 }
        self.depth = depth
    }

    var nodeCount: Int { 1 << depth }

    /// Whether a node is two leaves.
    static func splits(blocks: Int, tail: Int) -> Bool {
        blockCount * blocks + tail > blockCount * leafBlocks
    }
}
