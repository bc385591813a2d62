internal import Testing

@testable internal import Sluice

struct ReactorMemoryTests {
    /// No two pieces share a byte, and all are inside the mapping: each is written with its own mark.
    @Test func itsPiecesDoNotOverlap() throws {
        let memory = try ReactorMemory(
            windowBytes: 5000, windowCount: 3, headBufferCount: 2, connectionCount: 4)
        var pieces: [UnsafeMutableRawBufferPointer] = unsafe []
        for window in 0..<3 { unsafe pieces.append(memory.window(UInt16(window))) }
        for buffer in 0..<2 { unsafe pieces.append(memory.headBuffer(UInt16(buffer))) }
        for slot in 0..<4 { unsafe pieces.append(memory.response(ofSlot: slot)) }
        unsafe pieces.append(memory.drainScratch)
        for index in unsafe pieces.indices {
            for offset in unsafe 0..<pieces[index].count { unsafe pieces[index][offset] = UInt8(index) }
        }
        for index in unsafe pieces.indices {
            #expect(unsafe pieces[index].allSatisfy { $0 == UInt8(index) })
        }
        #expect(UInt(bitPattern: unsafe memory.windowsBase) % UInt(2 << 20) == 0)
    }
}
