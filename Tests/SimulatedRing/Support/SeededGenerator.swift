internal import Uring

/// SplitMix64: everything random in a simulation comes from one of these, so a printed seed replays a run.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// True with the given probability. Draws nothing when it is zero.
    package mutating func chance(_ probability: Double) -> Bool {
        probability > 0 && Double(next() >> 11) * 0x1p-53 < probability
    }

    /// A number from `range`.
    package mutating func number(in range: ClosedRange<Int>) -> Int {
        Int.random(in: range, using: &self)
    }

    /// A duration from `range`, in whole nanoseconds.
    package mutating func duration(in range: ClosedRange<Duration>) -> Duration {
        let low = Int64(clamping: range.lowerBound.wholeNanoseconds)
        let high = Int64(clamping: range.upperBound.wholeNanoseconds)
        return .nanoseconds(Int64.random(in: low...high, using: &self))
    }
}
