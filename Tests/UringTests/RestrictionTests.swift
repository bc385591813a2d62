import CLiburing
import Glibc
import Testing

@testable import Uring

/// Once a ring runs, Linux takes from it what the server needs and refuses the rest.
@Suite struct RestrictionTests {
    private static let size = 64

    /// Each operation of `RingProtocol`, and what its completion carries when it is allowed. Without its line in
    /// `Opcode`, it would be `-EACCES`.
    @Test func everyOperationOfTheProtocolIsAllowed() throws {
        let loopback = Loopback()
        let pair = loopback.connection()
        let waiting = loopback.connect()
        defer { _ = Glibc.close(waiting) }
        let group = BufferGroup(id: 7)
        let groupMemory = TestMemory(Self.size)
        let memory = TestMemory(Self.size)
        let ring = try Ring(RingSetUp(submissionEntries: 16))
        try unsafe ring.register(group, base: groupMemory.bytes.baseAddress!, size: Self.size, count: 1)
        try ring.enable()
        expectRestricted(ring)

        queued(ring.accept(on: loopback.listener, token: 1))
        let accepted = try #require(try ring.take(1).first)
        #expect(accepted.token == 1 && accepted.result >= 0 && accepted.hasMore, "\(accepted)")

        writeAll([1, 2, 3], to: pair.far)
        unsafe queued(ring.receive(on: pair.near, into: memory.bytes, token: 2))
        #expect(try ring.take(1) == [Completion(token: 2, result: 3)])

        writeAll([1, 2, 3, 4], to: pair.far)
        queued(ring.receive(on: pair.near, from: group, limit: Self.size, token: 3))
        let selected = try #require(try ring.take(1).first)
        #expect(selected.result == 4 && selected.bufferID == 0, "\(selected)")
        ring.provide(0, to: group)

        writeAll([1, 2, 3, 4, 5], to: pair.far)
        unsafe queued(ring.discard(on: pair.near, scratch: memory.bytes, token: 4))
        #expect(try ring.take(1) == [Completion(token: 4, result: 5)])

        unsafe queued(ring.send(on: pair.near, from: UnsafeRawBufferPointer(memory.bytes), token: 5))
        #expect(try ring.take(1) == [Completion(token: 5, result: Int32(Self.size))])

        ring.waker.wake()
        queued(ring.awaitWake(token: 6))
        #expect(try ring.take(1) == [Completion(token: 6, result: 8)])

        queued(ring.close(Socket(descriptor: accepted.result), token: 7))
        #expect(try ring.take(1) == [Completion(token: 7, result: 0)])

        queued(ring.cancel(1, token: 8))
        let cancelled = try ring.take(2).sorted { $0.token < $1.token }
        #expect(cancelled.map(\.token) == [1, 8])
        #expect(cancelled.map(\.result) == [-ECANCELED, 0])

        queued(ring.watch(pair.near, token: 9))
        queued(ring.poll(pair.near.descriptor, for: .writable, token: 10))
        #expect(try ring.take(1).map(\.token) == [10])
        try ring.end(9)
    }

    /// What an intruder would want of a ring: files, connections, descriptors of others, other rings.
    @Test(arguments: [
        IORING_OP_OPENAT, IORING_OP_OPENAT2, IORING_OP_CONNECT, IORING_OP_SOCKET, IORING_OP_WRITE,
        IORING_OP_READV, IORING_OP_SPLICE, IORING_OP_UNLINKAT, IORING_OP_RENAMEAT, IORING_OP_MSG_RING,
        IORING_OP_URING_CMD, IORING_OP_PROVIDE_BUFFERS, IORING_OP_NOP,
    ])
    func anyOtherOperationIsRefused(opcode: io_uring_op) throws {
        let ring = try Ring.enabled()
        queued(ring.queue(opcode, token: 1))
        #expect(try ring.take(1) == [Completion(token: 1, result: -EACCES)])
        // Refused, and the ring goes on.
        ring.waker.wake()
        queued(ring.awaitWake(token: 2))
        #expect(try ring.take(1) == [Completion(token: 2, result: 8)])
    }

    @Test(arguments: [
        IOSQE_FIXED_FILE_BIT, IOSQE_IO_DRAIN_BIT, IOSQE_IO_LINK_BIT, IOSQE_IO_HARDLINK_BIT, IOSQE_ASYNC_BIT,
        IOSQE_CQE_SKIP_SUCCESS_BIT,
    ])
    func anAllowedOperationIsRefusedWithAFlagThatIsNot(bit: Int) throws {
        let ring = try Ring.enabled()
        queued(ring.queue(IORING_OP_READ, flags: UInt8(1 << bit), token: 1))
        #expect(try ring.take(1) == [Completion(token: 1, result: -EACCES)])
    }

    @Test func nothingIsRegisteredAnyMore() throws {
        let memory = TestMemory(Self.size)
        let ring = try Ring.enabled()
        #expect(throws: RingError(step: .registerBuffers, errorNumber: EACCES)) {
            try unsafe ring.register(
                BufferGroup(id: 0), base: memory.bytes.baseAddress!, size: Self.size, count: 1)
        }
        #expect(throws: RingError(step: .restrict, errorNumber: EACCES)) { try ring.enable() }
    }

    /// A thread has room for 16 rings' descriptors: the 17th ring finds none if those before it could not be let go.
    @Test func aRingsDescriptorIsLetGo() throws {
        for _ in 0..<16 { _ = try Ring.enabled() }
        let ring = try Ring.enabled()
        let isRegistered = unsafe ring.state.pointee.ring.enter_ring_fd != ring.state.pointee.ring.ring_fd
        #expect(isRegistered)
    }

    /// An old Linux answers EINVAL to restrictions that it does not know, as this one does to one from the future.
    @Test func aLinuxThatCannotRestrictIsPutUpWith() throws {
        var setUp = RingSetUp(submissionEntries: 8)
        setUp.restrictions.operations.append(250)
        let ring = try Ring.enabled(setUp)
        expectRestricted(ring, false)
        queued(ring.queue(IORING_OP_NOP, token: 1))
        #expect(try ring.take(1) == [Completion(token: 1, result: 0)])
    }

    @Test func theProbeSaysThatRestrictionsHold() throws {
        #expect(try Probe.run().isRestricted)
    }
}

/// A function for the reason that ``queued(_:sourceLocation:)`` is one.
private func expectRestricted(
    _ ring: borrowing Ring, _ expected: Bool = true, sourceLocation: SourceLocation = #_sourceLocation
) {
    let isRestricted = ring.isRestricted
    #expect(isRestricted == expected, sourceLocation: sourceLocation)
}

extension Ring {
    /// Queues an operation that `RingProtocol` may not have; all its arguments are 0.
    fileprivate borrowing func queue(_ opcode: io_uring_op, flags: UInt8 = 0, token: UInt64) -> Bool {
        guard let entry = unsafe io_uring_get_sqe(&state.pointee.ring) else { return false }
        unsafe io_uring_prep_nop(entry)
        unsafe entry.pointee.opcode = UInt8(opcode.rawValue)
        unsafe entry.pointee.flags = flags
        unsafe entry.pointee.user_data = token
        return true
    }
}
