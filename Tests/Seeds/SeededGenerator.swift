internal import Glibc

/// The seed of this run, printed once: `SLUICE_SEED=… swift test` runs the same again.
public let seed: UInt64 = {
    let given = unsafe getenv("SLUICE_SEED").flatMap { unsafe UInt64(String(cString: $0)) }
    let seed = given ?? UInt64.random(in: 0...UInt64(Int64.max))
    print("SLUICE_SEED=\(seed)")
    return seed
}()

/// SplitMix64. Tests that draw print ``seed``.
public struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    /// The same seed gives the same numbers.
    public init(seed: UInt64) { state = seed }

    /// A generator with ``seed``, which is printed beside the test's name.
    public static func announced(for test: String) -> SeededGenerator {
        print("\(test): SLUICE_SEED=\(seed)")
        return SeededGenerator(seed: seed)
    }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Places to cut so many bytes at, ascending.
    public mutating func cuts(of byteCount: Int, atMost: Int) -> [Int] {
        (0..<Int.random(in: 0...atMost, using: &self)).map { _ in
            Int.random(in: 0...byteCount, using: &self)
        }.sorted()
    }
}
