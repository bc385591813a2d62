import Glibc

/// SplitMix64. The seed is printed; `SLUICE_SEED` in the environment replays a run.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    /// A generator with a fresh seed, or the one asked for.
    static func announced(for test: String) -> SeededGenerator {
        let asked = unsafe getenv("SLUICE_SEED").flatMap { unsafe UInt64(String(cString: $0)) }
        let seed = asked ?? UInt64.random(in: 0..<UInt64.max)
        print("\(test): SLUICE_SEED=\(seed)")
        return SeededGenerator(seed: seed)
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
