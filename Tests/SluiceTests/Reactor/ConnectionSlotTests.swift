internal import Testing

@testable internal import Sluice

struct ConnectionSlotTests {
    /// Ten thousand of them are made at the start, and touched.
    @Test func aSlotIsSmall() {
        #expect(MemoryLayout<ConnectionSlot>.stride <= 800)
    }
}
