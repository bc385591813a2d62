import Glibc
import Testing
import Uring

/// What a socket's receive buffer takes and keeps, as it is set, lowered and left to Linux again.
@Suite struct ReceiveBufferTests {
    @Test func aSmallReceiveBufferHoldsTheSenderBack() throws {
        let loopback = Loopback()
        let pair = loopback.connection()
        let ring = try Ring.enabled()
        ring.setReceiveBuffer(of: pair.near, to: 16 << 10)
        var buffer: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        #expect(unsafe getsockopt(pair.near.descriptor, SOL_SOCKET, SO_RCVBUF, &buffer, &length) == 0)
        #expect(buffer == 32 << 10, "Linux counts twice")
        // Until neither end takes any more.
        let chunk = pattern(64 << 10)
        while unsafe send(pair.far, chunk, chunk.count, Int32(MSG_DONTWAIT)) > 0 {}
        #expect(ring.unreadByteCount(of: pair.near) <= 64 << 10)
    }

    /// As much as a client may still send when its body has ended, in two of loopback's segments, and nobody reads the first.
    @Test(.disabled(if: linuxRelease.hasPrefix("6.17."), "drops a segment whose bookkeeping does not fit"))
    func theSmallestBufferTakesAllThatItAllows() throws {
        let loopback = Loopback()
        let pair = loopback.connection()
        let memory = TestMemory(1 << 20)
        let ring = try Ring.enabled()
        // Its window is opened, and bounded to 128 KiB before the buffer is lowered.
        ring.setReceiveBuffer(of: pair.near, to: 1 << 20)
        var sent = 0
        for _ in 0..<16 {
            writeAll(pattern(256 << 10), to: pair.far)
            sent += 256 << 10
            while sent > 0 {
                unsafe queued(ring.receive(on: pair.near, into: memory.bytes, token: 1))
                sent -= Int(try ring.take(1)[0].result)
                ring.boundReceiveWindow(of: pair.near, to: 128 << 10)
            }
        }
        ring.setReceiveBuffer(of: pair.near, to: 64 << 10)
        let chunk = pattern(512 << 10)
        _ = unsafe send(pair.far, chunk, chunk.count, Int32(MSG_DONTWAIT))
        // Whatever is dropped is dropped again, for nobody reads.
        let end = ContinuousClock.now + .seconds(5)
        while ring.unreadByteCount(of: pair.near) <= 120 << 10, .now < end { usleep(1000) }
        let unread = ring.unreadByteCount(of: pair.near)
        #expect(unread > 120 << 10, "\(unread)")
    }

    /// As a crowd leaves it to one who is alone afterwards.
    @Test func aBufferThatIsLeftToLinuxAgainGrows() throws {
        let loopback = Loopback()
        let pair = loopback.connection()
        let memory = TestMemory(1 << 20)
        let ring = try Ring.enabled()
        ring.setReceiveBuffer(of: pair.near, to: 64 << 10)
        ring.setReceiveBuffer(of: pair.near, to: nil)
        // Linux lets it grow to twice the mark that is asked for; one that was set it leaves alone.
        ring.setReceiveLowWaterMark(of: pair.near, to: 512 << 10)
        let chunk = pattern(64 << 10)
        while unsafe send(pair.far, chunk, chunk.count, Int32(MSG_DONTWAIT)) > 0 {}
        unsafe queued(ring.receive(on: pair.near, into: memory.bytes, token: 1))
        #expect(try ring.take(1).allSatisfy { $0.result >= 512 << 10 })
    }

    @Test func aBufferThatIsMadeSmallerKeepsWhatItHolds() throws {
        let loopback = Loopback()
        let pair = loopback.connection()
        let ring = try Ring.enabled()
        ring.setReceiveBuffer(of: pair.near, to: 256 << 10)
        let empty = ring.receiveMemory(of: pair.near)
        #expect(empty == ReceiveMemory(held: 0, most: 256 << 10))
        let chunk = pattern(64 << 10)
        while unsafe send(pair.far, chunk, chunk.count, Int32(MSG_DONTWAIT)) > 0 {}
        ring.setReceiveBuffer(of: pair.near, to: 64 << 10)
        let memory = ring.receiveMemory(of: pair.near) ?? ReceiveMemory(held: 0, most: 0)
        #expect(memory.most == 64 << 10 && memory.held > 128 << 10, "\(memory)")
        // Its bookkeeping is in it, and it is halved.
        #expect(2 * memory.held >= ring.unreadByteCount(of: pair.near))
        let none = ring.receiveMemory(of: Socket(descriptor: -1))
        #expect(none == nil)
    }
}

private let linuxRelease: String = {
    var name = utsname()
    guard unsafe uname(&name) == 0 else { return "" }
    return unsafe withUnsafeBytes(of: name.release) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
}()
