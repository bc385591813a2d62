import Glibc
import Testing
import Uring

@Suite struct ReceiveTests {
    @Test func landsInTheMemoryGiven() throws {
        let pair = SocketPair()
        let memory = TestMemory(64, filledWith: 0xEE)
        let ring = try Ring.enabled()
        unsafe queued(ring.receive(on: pair.near, into: memory.bytes, token: 1))
        #expect(try ring.takeWhatIsThere().isEmpty)
        writeAll(pattern(10), to: pair.far)
        #expect(try ring.take(1) == [Completion(token: 1, result: 10)])
        #expect(memory.contents(0..<10) == pattern(10))
        #expect(memory.contents(10..<64).allSatisfy { $0 == 0xEE })
    }

    @Test func takesNoMoreThanTheMemoryHolds() throws {
        let pair = SocketPair()
        let memory = TestMemory(8)
        let ring = try Ring.enabled()
        writeAll(pattern(20), to: pair.far)
        unsafe queued(ring.receive(on: pair.near, into: memory.bytes, token: 1))
        #expect(try ring.take(1).map(\.result) == [8])
        #expect(ring.unreadByteCount(of: pair.near) == 12)
    }

    /// Below the low-water mark: one waits for more, the other takes it.
    @Test func atOnceTakesWhatIsThereAndWhenReadableWaitsForTheMark() throws {
        let loopback = Loopback()
        let pair = loopback.connection()
        let memory = TestMemory(200)
        let ring = try Ring.enabled()
        ring.setReceiveLowWaterMark(of: pair.near, to: 100)
        writeAll(pattern(60), to: pair.far)
        unsafe queued(ring.receive(on: pair.near, into: memory.bytes, token: 1, start: .whenReadable))
        #expect(try ring.takeWhatIsThere().isEmpty)
        queued(ring.cancel(1, token: 2))
        #expect(try ring.take(2).count == 2)
        unsafe queued(ring.receive(on: pair.near, into: memory.bytes, token: 3, start: .atOnce))
        #expect(try ring.take(1) == [Completion(token: 3, result: 60)])
        #expect(memory.contents(0..<60) == pattern(60))
        // With nothing there it waits as the other.
        unsafe queued(ring.receive(on: pair.near, into: memory.bytes, token: 4, start: .atOnce))
        #expect(try ring.takeWhatIsThere().isEmpty)
        writeAll(pattern(60), to: pair.far)
        #expect(try ring.takeWhatIsThere().isEmpty)
        writeAll(pattern(60), to: pair.far)
        #expect(try ring.take(1) == [Completion(token: 4, result: 120)])
    }

    @Test func theEndIsZero() throws {
        let pair = SocketPair()
        let memory = TestMemory(8)
        let ring = try Ring.enabled()
        unsafe queued(ring.receive(on: pair.near, into: memory.bytes, token: 1))
        #expect(shutdown(pair.far, Int32(SHUT_WR)) == 0)
        #expect(try ring.take(1) == [Completion(token: 1, result: 0)])
    }

    @Test func ourShutdownEndsIt() throws {
        let loopback = Loopback()
        let pair = loopback.connection()
        let memory = TestMemory(8)
        let ring = try Ring.enabled()
        unsafe queued(ring.receive(on: pair.near, into: memory.bytes, token: 1))
        #expect(try ring.takeWhatIsThere().isEmpty)
        ring.shutdown(pair.near)
        #expect(try ring.take(1) == [Completion(token: 1, result: 0)])
        #expect(read(1, from: pair.far).isEmpty)
    }

    @Test func aResetIsThePeersDoing() throws {
        let loopback = Loopback()
        let memory = TestMemory(8)
        let ring = try Ring.enabled()
        let far = loopback.connect()
        let near = loopback.accepted()
        unsafe queued(ring.receive(on: near, into: memory.bytes, token: 1))
        #expect(try ring.takeWhatIsThere().isEmpty)
        reset(far)
        #expect(try ring.take(1) == [Completion(token: 1, result: -ECONNRESET)])
        ring.closeNow(near)
    }

    @Test func cancelEndsIt() throws {
        let pair = SocketPair()
        let memory = TestMemory(8)
        let ring = try Ring.enabled()
        unsafe queued(ring.receive(on: pair.near, into: memory.bytes, token: 1))
        #expect(try ring.takeWhatIsThere().isEmpty)
        queued(ring.cancel(1, token: 2))
        let ended = try ring.take(2).sorted { $0.token < $1.token }
        #expect(ended == [Completion(token: 1, result: -ECANCELED), Completion(token: 2, result: 0)])
        writeAll([1, 2, 3], to: pair.far)
        #expect(try ring.takeWhatIsThere().isEmpty)
        #expect(memory.contents(0..<8) == [UInt8](repeating: 0, count: 8))
    }

    @Test func cancelOfWhatHasCompletedFindsNothing() throws {
        let ring = try Ring.enabled()
        queued(ring.cancel(1, token: 2))
        #expect(try ring.take(1) == [Completion(token: 2, result: -ENOENT)])
        #expect(CancelOperation.disposition(of: ENOENT) == .cancelled)
    }

    @Test func waitsForTheLowWaterMark() throws {
        let loopback = Loopback()
        let pair = loopback.connection()
        let memory = TestMemory(4096)
        let ring = try Ring.enabled()
        ring.setReceiveLowWaterMark(of: pair.near, to: 1000)
        unsafe queued(ring.receive(on: pair.near, into: memory.bytes, token: 1))
        writeAll(pattern(500), to: pair.far)
        #expect(try ring.takeWhatIsThere().isEmpty)
        #expect(ring.unreadByteCount(of: pair.near) == 500)
        writeAll(pattern(500), to: pair.far)
        #expect(try ring.take(1) == [Completion(token: 1, result: 1000)])
    }

    @Test func loweringTheMarkLetsAnArmedReceiveGo() throws {
        let loopback = Loopback()
        let pair = loopback.connection()
        let memory = TestMemory(4096)
        let ring = try Ring.enabled()
        ring.setReceiveLowWaterMark(of: pair.near, to: 1000)
        unsafe queued(ring.receive(on: pair.near, into: memory.bytes, token: 1))
        writeAll(pattern(500), to: pair.far)
        #expect(try ring.takeWhatIsThere().isEmpty)
        ring.setReceiveLowWaterMark(of: pair.near, to: 1)
        #expect(try ring.take(1) == [Completion(token: 1, result: 500)])
    }

    @Test func theEndComesBelowTheLowWaterMark() throws {
        let loopback = Loopback()
        let pair = loopback.connection()
        let memory = TestMemory(4096)
        let ring = try Ring.enabled()
        ring.setReceiveLowWaterMark(of: pair.near, to: 1000)
        unsafe queued(ring.receive(on: pair.near, into: memory.bytes, token: 1))
        writeAll(pattern(500), to: pair.far)
        #expect(shutdown(pair.far, Int32(SHUT_WR)) == 0)
        #expect(try ring.take(1).map(\.result) == [500])
    }

    @Test func discardOnTCPTouchesNoMemory() throws {
        let loopback = Loopback()
        let pair = loopback.connection()
        let scratch = TestMemory(4096, filledWith: 0xEE)
        let ring = try Ring.enabled()
        writeAll(pattern(5000), to: pair.far)
        unsafe queued(ring.discard(on: pair.near, scratch: scratch.bytes, token: 1))
        #expect(try ring.take(1).map(\.result) == [4096])
        #expect(scratch.contents(0..<4096).allSatisfy { $0 == 0xEE })
        unsafe queued(ring.discard(on: pair.near, scratch: scratch.bytes, token: 2))
        #expect(try ring.take(1).map(\.result) == [904])
    }

    @Test func discardOnAUnixSocketCopiesIntoTheScratch() throws {
        let pair = SocketPair()
        let scratch = TestMemory(16)
        let ring = try Ring.enabled()
        writeAll(pattern(20), to: pair.far)
        unsafe queued(ring.discard(on: pair.near, scratch: scratch.bytes, token: 1))
        #expect(try ring.take(1).map(\.result) == [16])
        #expect(ring.unreadByteCount(of: pair.near) == 4)
    }

    /// A slow client must never become a thread.
    @Test func silentClientsMakeNoKernelWorkers() throws {
        let loopback = Loopback()
        let memory = TestMemory(64 * 64)
        let ring = try Ring.enabled(RingSetUp(submissionEntries: 64))
        var near: [Socket] = []
        var far: [Int32] = []
        for index in 0..<64 {
            far.append(loopback.connect())
            near.append(loopback.accepted())
            let part = unsafe UnsafeMutableRawBufferPointer(
                rebasing: memory.bytes[index * 64..<(index + 1) * 64])
            unsafe queued(ring.receive(on: near[index], into: part, token: UInt64(index)))
        }
        #expect(try ring.takeWhatIsThere().isEmpty)
        #expect(threadNames().contains { !$0.isEmpty })
        #expect(threadNames().filter { $0.hasPrefix("iou-wrk") } == [])
        for client in far { _ = close(client) }
        #expect(try ring.take(64).count == 64)
        for socket in near { ring.closeNow(socket) }
    }
}
