import Glibc

/// The seed of this run, printed once: `SLUICE_SEED=… swift test` runs the same again.
let seed: UInt64 = {
    let given = unsafe getenv("SLUICE_SEED").flatMap { unsafe UInt64(String(cString: $0)) }
    let seed = given ?? UInt64.random(in: 0...UInt64(Int64.max))
    print("ReductionTests: SLUICE_SEED=\(seed)")
    return seed
}()
