internal import CPlatform

/// numpy's pairwise sum of a stream of values whose number is known, with O(log n) state.
///
/// Where the next eight nodes are siblings and lie in the bytes at hand, C sums them together (an *octet*);
/// otherwise a node is summed alone, and may be continued with the next bytes.
struct PairwiseSum {
    let shape: PairwiseShape
    let path: VectorPath

    /// The next node, left to right, of `shape.nodeCount`.
    private var node = 0
    /// `node` with its `shape.depth` bits mirrored.
    private var reversed = 0
    /// At height `h`, the sum of the last complete subtree of `1 << h` nodes; it counts if bit `h` of `node`
    /// is set. An Int counts fewer than 2^63 values, so the tree is at most 56 deep.
    private var partials = InlineArray<57, Float>(repeating: 0)
    /// The leaf that the bytes so far have begun and not ended.
    private var leaf: CutLeaf?
    /// The sum of the first of a split node's two leaves, when it is complete.
    private var firstHalf: Float?

    init(count: Int, path: VectorPath) {
        shape = PairwiseShape(count: count)
        self.path = path
    }

    var isComplete: Bool { node == shape.nodeCount }
    var isAtStart: Bool { node == 0 && leaf == nil && firstHalf == nil }

    /// The sum of all values, once complete; then the next sum of as many values can begin.
    mutating func takeSum() -> Float {
        precondition(isComplete, "a sum was asked for before its last value")
        node = 0
        reversed = 0
        // The rule's 0.0 + pairwise(a, n): a sum of nothing but -0.0 is +0.0.
        return 0.0 + partials[shape.depth]
    }

    /// Takes up to `count` values, at any alignment, as far as this sum goes, and returns how many.
    mutating func consume(_ values: UnsafeRawPointer, count: Int) -> Int {
        var taken = 0
        while taken < count, !isComplete {
            let next = unsafe values + 4 * taken
            if node % 8 == 0, shape.depth >= 3, leaf == nil, firstHalf == nil {
                let blocks = (shape.blocks + reversed) >> (shape.depth - 3)
                let tail = node + 8 == shape.nodeCount ? shape.tail : 0
                let octetCount = PairwiseShape.blockCount * blocks + tail
                if count - taken >= octetCount {
                    push(
                        unsafe sluice_sum_octet(path.code, next, UInt32(blocks), UInt32(tail)),
                        height: 3)
                    taken += octetCount
                    continue
                }
            }
            taken += unsafe consumeLeaf(next, count: count - taken)
        }
        return taken
    }

    private mutating func consumeLeaf(_ values: UnsafeRawPointer, count: Int) -> Int {
        let blocks = (shape.blocks + reversed) >> shape.depth
        let tail = node + 1 == shape.nodeCount ? shape.tail : 0
        let splits = PairwiseShape.splits(blocks: blocks, tail: tail)
        var leaf =
            if let begun = self.leaf {
                begun
            } else if !splits {
                CutLeaf(blocks: blocks, tail: tail)
            } else if firstHalf == nil {
                CutLeaf(blocks: blocks / 2, tail: 0)
            } else {
                CutLeaf(blocks: blocks - blocks / 2, tail: tail)
            }
        let taken = unsafe leaf.consume(values, count: count)
        guard leaf.isComplete else {
            self.leaf = leaf
            return taken
        }
        self.leaf = nil
        if let half = firstHalf {
            firstHalf = nil
            push(half + leaf.sum, height: 0)
        } else if splits {
            firstHalf = leaf.sum
        } else {
            push(leaf.sum, height: 0)
        }
        return taken
    }

    /// Adds the sum of the next subtree of `1 << height` nodes to the subtrees that it completes.
    private mutating func push(_ subtreeSum: Float, height: Int) {
        let completed = (~(node >> height)).trailingZeroBitCount
        var sum = subtreeSum
        var level = height
        while level < height + completed {
            sum = partials[level] + sum
            level += 1
        }
        partials[level] = sum
        node += 1 << height
        // Counting up flips the lowest bits, as many as a carry passes and one; mirrored, the highest.
        let flipped = completed + 1
        if !isComplete { reversed ^= ((1 << flipped) - 1) << (shape.depth - height - flipped) }
    }
}

/// A sum's mean: divided in float64 and rounded once more, as numpy does.
func mean(sum: Float, count: Int) -> Float {
    Float(Double(sum) / Double(count))
}
