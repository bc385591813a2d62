import Glibc
import Testing
import Uring

@Suite struct SendAndCloseTests {
    @Test func sends() throws {
        let pair = SocketPair()
        let memory = TestMemory(copying: pattern(1000))
        let ring = try Ring.enabled()
        unsafe queued(ring.send(on: pair.near, from: UnsafeRawBufferPointer(memory.bytes), token: 1))
        #expect(try ring.take(1) == [Completion(token: 1, result: 1000)])
        #expect(read(1000, from: pair.far) == pattern(1000))
    }

    @Test func aSlowReaderMakesASendShort() throws {
        let loopback = Loopback()
        let pair = loopback.connection()
        let memory = TestMemory(32 << 20)
        let ring = try Ring.enabled()
        unsafe queued(ring.send(on: pair.near, from: UnsafeRawBufferPointer(memory.bytes), token: 1))
        let sent = try ring.take(1)
        #expect(sent.count == 1)
        #expect(sent.allSatisfy { $0.result > 0 && Int($0.result) < 32 << 20 })
    }

    @Test func aFullSocketHoldsASendBackWithoutAThread() throws {
        let loopback = Loopback()
        let pair = loopback.connection()
        let memory = TestMemory(32 << 20)
        let ring = try Ring.enabled()
        var token: UInt64 = 0
        repeat {
            token += 1
            unsafe queued(ring.send(on: pair.near, from: UnsafeRawBufferPointer(memory.bytes), token: token))
        } while try ring.takeWhatIsThere().isEmpty == false && token < 100
        #expect(token < 100)
        #expect(threadNames().filter { $0.hasPrefix("iou-wrk") } == [])
        try ring.end(token)
    }

    @Test func sendingToOneWhoHasGoneRaisesNoSignal() throws {
        let pair = SocketPair()
        let memory = TestMemory(copying: [1])
        let ring = try Ring.enabled()
        #expect(shutdown(pair.far, Int32(SHUT_RDWR)) == 0)
        unsafe queued(ring.send(on: pair.near, from: UnsafeRawBufferPointer(memory.bytes), token: 1))
        #expect(try ring.take(1) == [Completion(token: 1, result: -EPIPE)])
        #expect(SendOperation.disposition(of: EPIPE) == .peer)
    }

    @Test func sendsAtOnceWhatTheSocketTakes() throws {
        let loopback = Loopback()
        let pair = loopback.connection()
        let few = TestMemory(copying: pattern(1000))
        let many = TestMemory(32 << 20)
        let ring = try Ring.enabled()
        #expect(unsafe ring.sendNow(on: pair.near, from: UnsafeRawBufferPointer(few.bytes)) == 1000)
        #expect(read(1000, from: pair.far) == pattern(1000))
        // It neither waits for room nor says that there is none.
        var count = 0
        repeat {
            count = unsafe ring.sendNow(on: pair.near, from: UnsafeRawBufferPointer(many.bytes))
            #expect(count < 32 << 20)
        } while count > 0
        let hasCompletion = ring.hasCompletion
        #expect(!hasCompletion)
    }

    @Test func sendingAtOnceToOneWhoHasGoneRaisesNoSignal() throws {
        let pair = SocketPair()
        let memory = TestMemory(copying: [1])
        let ring = try Ring.enabled()
        #expect(shutdown(pair.far, Int32(SHUT_RDWR)) == 0)
        #expect(unsafe ring.sendNow(on: pair.near, from: UnsafeRawBufferPointer(memory.bytes)) == 0)
    }

    @Test func shutdownOfWritesLeavesReading() throws {
        let pair = SocketPair()
        let memory = TestMemory(8)
        let ring = try Ring.enabled()
        ring.shutdownWrites(of: pair.near)
        #expect(read(1, from: pair.far).isEmpty)
        writeAll([9], to: pair.far)
        unsafe queued(ring.receive(on: pair.near, into: memory.bytes, token: 1))
        #expect(try ring.take(1) == [Completion(token: 1, result: 1)])
    }

    @Test func closes() throws {
        let loopback = Loopback()
        let far = loopback.connect()
        let near = loopback.accepted()
        let ring = try Ring.enabled()
        queued(ring.close(near, token: 1))
        #expect(try ring.take(1) == [Completion(token: 1, result: 0)])
        #expect(read(1, from: far).isEmpty)
        _ = close(far)
    }

    @Test func aCloseThatIsToResetDoesNotEnd() throws {
        let loopback = Loopback()
        let far = loopback.connect()
        let near = loopback.accepted()
        let ring = try Ring.enabled()
        ring.resetOnClose(near)
        queued(ring.close(near, token: 1))
        #expect(try ring.take(1) == [Completion(token: 1, result: 0)])
        var byte: UInt8 = 0
        let outcome = unsafe recv(far, &byte, 1, 0)
        let errorNumber = errno
        #expect(outcome == -1)
        #expect(errorNumber == ECONNRESET)
        _ = close(far)
    }

    /// A test process of its own: nobody else may open descriptors while there are none.
    @Test func aSpareIsADescriptorThatCanBeGivenUp() async {
        await #expect(processExitsWith: .success) {
            let ring = try Ring(RingSetUp(submissionEntries: 8))
            let opened = ring.openSpare()
            let spare = try #require(opened)
            var limit = rlimit()
            let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
            unsafe getrlimit(resource, &limit)
            let before = limit.rlim_cur
            limit.rlim_cur = rlim_t(spare.descriptor) + 1
            unsafe setrlimit(resource, &limit)
            var filled: [Int32] = []
            while true {
                let filler = dup(0)
                if filler < 0 { break }
                filled.append(filler)
            }
            let none = ring.openSpare()
            ring.closeNow(spare)
            let again = ring.openSpare()
            limit.rlim_cur = before
            unsafe setrlimit(resource, &limit)
            #expect(none == nil)
            #expect(again == spare)
            for filler in filled { close(filler) }
        }
    }

    @Test func closingWhatIsNotOpenIsOurBug() throws {
        let ring = try Ring.enabled()
        queued(ring.close(Socket(descriptor: 1_000_000), token: 1))
        #expect(try ring.take(1) == [Completion(token: 1, result: -EBADF)])
        #expect(CloseOperation.disposition(of: EBADF) == .bug)
    }

    @Test func sendingNothingTraps() async {
        await #expect(processExitsWith: .failure) {
            let ring = try Ring(RingSetUp(submissionEntries: 8))
            _ = unsafe ring.send(
                on: Socket(descriptor: 0), from: UnsafeRawBufferPointer(start: nil, count: 0), token: 1)
        }
        await #expect(processExitsWith: .failure) {
            let ring = try Ring(RingSetUp(submissionEntries: 8))
            _ = unsafe ring.sendNow(
                on: Socket(descriptor: 0), from: UnsafeRawBufferPointer(start: nil, count: 0))
        }
    }
}
