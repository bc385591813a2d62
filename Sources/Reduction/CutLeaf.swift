/// One leaf of the pairwise tree, continued from its accumulators wherever the stream was cut.
///
/// The leaf's values are not kept: position and accumulators say all that the additions still to come need.
/// This is for leaves at the edges of a window. The others are summed eight at a time, in C.
struct CutLeaf {
    private var accumulators: SIMD8<Float>
    private var position = 0
    private let blocksEnd: Int
    private let end: Int

    init(blocks: Int, tail: Int) {
        // -0.0 + x is x for every x, -0.0 too: numpy's start for fewer than eight values does for all.
        accumulators = SIMD8(repeating: -0.0)
        blocksEnd = PairwiseShape.blockCount * blocks
        end = blocksEnd + tail
        if blocks == 0 { fold() }
    }

    var isComplete: Bool { position == end }

    /// The leaf's sum, once it is complete.
    var sum: Float { accumulators[0] }

    /// Takes up to `count` values, at any alignment, and returns how many it took.
    mutating func consume(_ values: UnsafeRawPointer, count: Int) -> Int {
        let stop = min(end, position + count)
        let start = position
        while position < stop {
            let next = unsafe values + 4 * (position - start)
            if position < blocksEnd, position % 8 == 0, stop - position >= 8 {
                accumulators += unsafe next.loadUnaligned(as: SIMD8<Float>.self)
                position += 8
            } else {
                let lane = position < blocksEnd ? position % 8 : 0
                accumulators[lane] += unsafe next.loadUnaligned(as: Float.self)
                position += 1
            }
            if position == blocksEnd { fold() }
        }
        return stop - start
    }

    /// The eight accumulators become one number, in lane 0, before the tail is added to it.
    private mutating func fold() {
        let r = accumulators
        accumulators[0] = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]))
    }
}
