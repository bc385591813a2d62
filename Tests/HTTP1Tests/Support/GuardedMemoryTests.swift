import Glibc
import Testing

/// The canary of every test that relies on the unreadable page.
struct GuardedMemoryTests {
    @Test func endsTheProcessThatReadsPastTheEnd() async {
        await #expect(processExitsWith: .signal(SIGSEGV)) {
            let memory = GuardedMemory(capacity: 16)
            let beyond = memory.with([1, 2, 3]) { bytes in
                unsafe bytes.unsafeLoad(fromUncheckedByteOffset: 3, as: UInt8.self)
            }
            print(beyond)
        }
    }
}
