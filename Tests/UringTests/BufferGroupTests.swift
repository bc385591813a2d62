import Glibc
import Testing
import Uring

@Suite struct BufferGroupTests {
    let group = BufferGroup(id: 3)

    /// A ring with `count` buffers of 32 bytes.
    func ring(_ memory: borrowing TestMemory, count: Int) throws -> Ring {
        let ring = try Ring(RingSetUp(submissionEntries: 16))
        try unsafe ring.register(group, base: memory.bytes.baseAddress!, size: 32, count: count)
        try ring.enable()
        return ring
    }

    @Test func linuxPicksTheBufferWhenDataIsThere() throws {
        let silent = SocketPair()
        let talking = SocketPair()
        let memory = TestMemory(64)
        let ring = try ring(memory, count: 1)
        queued(ring.receive(on: silent.near, from: group, limit: 32, token: 1))
        queued(ring.receive(on: talking.near, from: group, limit: 32, token: 2))
        #expect(try ring.takeWhatIsThere().isEmpty)
        writeAll(pattern(10), to: talking.far)
        let taken = try ring.take(1)
        // One buffer for two clients: the silent one has not been given it.
        #expect(taken == [Completion(token: 2, result: 10, flags: Completion.flags(buffer: 0))])
        #expect(memory.contents(0..<10) == pattern(10))
        try ring.end(1)
    }

    @Test func anEmptyGroupIsENOBUFSUntilABufferComesBack() throws {
        let pair = SocketPair()
        let memory = TestMemory(64)
        let ring = try ring(memory, count: 2)
        var buffers: [UInt16] = []
        for token in UInt64(1)...3 {
            writeAll([UInt8(token)], to: pair.far)
            queued(ring.receive(on: pair.near, from: group, limit: 1, token: token))
            let taken = try ring.take(1)
            #expect(taken.map(\.token) == [token])
            if let buffer = taken.first?.bufferID { buffers.append(buffer) }
            if token == 3 { #expect(taken.first?.errorNumber == ENOBUFS) }
        }
        #expect(buffers == [0, 1])
        ring.provide(1, to: group)
        queued(ring.receive(on: pair.near, from: group, limit: 1, token: 4))
        #expect(
            try ring.take(1) == [Completion(token: 4, result: 1, flags: Completion.flags(buffer: 1))])
        #expect(memory.contents(32..<33) == [3])
    }

    /// The one that waits finds out when there is something.
    @Test func atOnceAnEmptyGroupIsENOBUFSThoughNothingIsThere() throws {
        let pair = SocketPair()
        let memory = TestMemory(32)
        let ring = try ring(memory, count: 1)
        writeAll([1], to: pair.far)
        queued(ring.receive(on: pair.near, from: group, limit: 1, token: 1))
        #expect(try ring.take(1).map(\.result) == [1])
        queued(ring.receive(on: pair.near, from: group, limit: 1, token: 2, start: .whenReadable))
        #expect(try ring.takeWhatIsThere().isEmpty)
        try ring.end(2)
        queued(ring.receive(on: pair.near, from: group, limit: 1, token: 3, start: .atOnce))
        #expect(try ring.take(1).map(\.errorNumber) == [ENOBUFS])
    }

    @Test func theLimitIsRespected() throws {
        let pair = SocketPair()
        let memory = TestMemory(32, filledWith: 0xEE)
        let ring = try ring(memory, count: 1)
        writeAll(pattern(20), to: pair.far)
        queued(ring.receive(on: pair.near, from: group, limit: 5, token: 1))
        #expect(try ring.take(1).map(\.result) == [5])
        #expect(memory.contents(5..<32).allSatisfy { $0 == 0xEE })
        #expect(ring.unreadByteCount(of: pair.near) == 15)
        // More than a buffer holds: the buffer's size is the limit.
        ring.provide(0, to: group)
        writeAll(pattern(40), to: pair.far)
        queued(ring.receive(on: pair.near, from: group, limit: 1000, token: 2))
        #expect(try ring.take(1).map(\.result) == [32])
    }

    @Test func anEndTakesNoBuffer() throws {
        let pair = SocketPair()
        let memory = TestMemory(32)
        let ring = try ring(memory, count: 1)
        queued(ring.receive(on: pair.near, from: group, limit: 32, token: 1))
        #expect(shutdown(pair.far, Int32(SHUT_WR)) == 0)
        let ended = try ring.take(1)
        #expect(ended.map(\.result) == [0])
        try expectWholeGroup(ring, unless: ended.first?.bufferID)
    }

    @Test func aCancelledReceiveTakesNoBuffer() throws {
        let pair = SocketPair()
        let memory = TestMemory(32)
        let ring = try ring(memory, count: 1)
        queued(ring.receive(on: pair.near, from: group, limit: 32, token: 1))
        #expect(try ring.takeWhatIsThere().isEmpty)
        queued(ring.cancel(1, token: 2))
        let ended = try ring.take(2)
        #expect(ended.first { $0.token == 1 }?.errorNumber == ECANCELED)
        try expectWholeGroup(ring, unless: ended.first { $0.token == 1 }?.bufferID)
    }

    /// A buffer is with us only if the completion said so.
    private func expectWholeGroup(_ ring: borrowing Ring, unless kept: UInt16?) throws {
        // What Linux 6.18 does; others may hand the buffer over, and the server must look.
        #expect(kept == nil)
        if let kept { ring.provide(kept, to: group) }
        let pair = SocketPair()
        writeAll([1], to: pair.far)
        queued(ring.receive(on: pair.near, from: group, limit: 1, token: 99))
        #expect(
            try ring.take(1) == [Completion(token: 99, result: 1, flags: Completion.flags(buffer: 0))])
    }

    @Test func aBufferThatDoesNotExistTraps() async {
        await #expect(processExitsWith: .failure) {
            let memory = TestMemory(64)
            let ring = try Ring(RingSetUp(submissionEntries: 8))
            try unsafe ring.register(
                BufferGroup(id: 0), base: memory.bytes.baseAddress!, size: 32, count: 2)
            ring.provide(2, to: BufferGroup(id: 0))
        }
    }

    @Test func aLimitOfZeroTraps() async {
        await #expect(processExitsWith: .failure) {
            let ring = try Ring(RingSetUp(submissionEntries: 8))
            _ = ring.receive(on: Socket(descriptor: 0), from: BufferGroup(id: 0), limit: 0, token: 1)
        }
    }
}
