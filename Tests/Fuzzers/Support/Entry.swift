// What every fuzzer is linked with: libFuzzer's entry, and the memory its inputs are looked at in. A fuzzer
// itself is a function `check`, which ends the process where a property does not hold.

/// Ends at an unreadable page: a parser that looks one byte too far crashes.
var memory: GuardedMemory { unsafe onlyMemory }

// libFuzzer has one thread.
nonisolated(unsafe) private let onlyMemory = GuardedMemory(capacity: 1 << 17)

/// libFuzzer's entry: once for each input.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    check(unsafe Array(UnsafeBufferPointer(start: bytes, count: count)))
    return 0
}

/// Ends the process where something does not hold, which libFuzzer takes for a find and keeps the input of.
///
/// `fatalError`, since an optimised `precondition` does not say why.
func require(_ holds: Bool, _ what: @autoclosure () -> String) {
    if !holds { fatalError(what()) }
}
