import Glibc
import Testing
import Uring

/// What ends a poll of a descriptor that is not the server's, on Linux itself: the simulated kernel is written after these.
@Suite struct PollTests {
    /// Two ends of a Unix socket: what is written to one can be read from the other.
    private static func ends() -> (Int32, Int32) {
        var ends: [Int32] = [-1, -1]
        let kind = SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
        #expect(unsafe socketpair(AF_UNIX, Int32(kind), 0, &ends) == 0)
        return (ends[0], ends[1])
    }

    @Test func whatIsWrittenCanBeRead() throws {
        let (out, into) = Self.ends()
        let ring = try Ring.enabled()
        queued(ring.poll(out, for: .readable, token: 1))
        #expect(try ring.takeWhatIsThere().isEmpty)
        writeAll([1], to: into)
        let ended = try ring.take(1)
        #expect(ended.map(\.token) == [1] && ended.allSatisfy { $0.result > 0 }, "\(ended)")
        // And again: nobody has read it.
        queued(ring.poll(out, for: .readable, token: 2))
        #expect(try ring.take(1).count { $0.token == 2 && $0.result > 0 } == 1)
        for end in [out, into] { _ = close(end) }
    }

    @Test func theEndCanBeRead() throws {
        let (out, into) = Self.ends()
        let ring = try Ring.enabled()
        queued(ring.poll(out, for: .readable, token: 1))
        #expect(try ring.takeWhatIsThere().isEmpty)
        _ = close(into)
        #expect(try ring.take(1).count { $0.result > 0 } == 1)
        _ = close(out)
    }

    @Test func whereThereIsRoomCanBeWritten() throws {
        let (out, into) = Self.ends()
        let ring = try Ring.enabled()
        queued(ring.poll(into, for: .writable, token: 1))
        #expect(try ring.take(1).count { $0.result > 0 } == 1)
        let full = [UInt8](repeating: 0, count: 1 << 20)
        let written = unsafe full.withUnsafeBytes { unsafe write(into, $0.baseAddress, $0.count) }
        #expect(written > 0 && written < full.count)
        queued(ring.poll(into, for: .writable, token: 2))
        #expect(try ring.takeWhatIsThere().isEmpty)
        #expect(read(written, from: out).count == written)
        #expect(try ring.take(1).count { $0.token == 2 && $0.result > 0 } == 1)
        for end in [out, into] { _ = close(end) }
    }

    /// Nobody listens there: what `SO_ERROR` tells is there to be told.
    @Test func aConnectionThatIsRefusedIsReady() throws {
        let ring = try Ring.enabled()
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(1).bigEndian
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        _ = unsafe withUnsafePointer(to: address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        queued(ring.poll(socket, for: .writable, token: 1))
        #expect(try ring.take(1).count { $0.result > 0 } == 1)
        _ = close(socket)
    }

    @Test func whatIsAlwaysReadyIsSoAtOnce() throws {
        let ring = try Ring.enabled()
        let file = unsafe open("/proc/self/exe", O_RDONLY)
        queued(ring.poll(file, for: .readable, token: 1))
        #expect(try ring.take(1).count { $0.result > 0 } == 1)
        _ = close(file)
    }

    @Test func whatIsNotOpenIsRefused() throws {
        let ring = try Ring.enabled()
        queued(ring.poll(999_999, for: .readable, token: 1))
        #expect(try ring.take(1) == [Completion(token: 1, result: -EBADF)])
        queued(ring.poll(-1, for: .writable, token: 2))
        #expect(try ring.take(1) == [Completion(token: 2, result: -EBADF)])
    }

    /// Two of one descriptor: each ends by itself.
    @Test func cancelEndsOneAndLeavesTheOther() throws {
        let (out, into) = Self.ends()
        let ring = try Ring.enabled()
        queued(ring.poll(out, for: .readable, token: 1))
        queued(ring.poll(out, for: .readable, token: 2))
        #expect(try ring.takeWhatIsThere().isEmpty)
        queued(ring.cancel(1, token: 3))
        let ended = try ring.take(2).sorted { $0.token < $1.token }
        #expect(ended == [Completion(token: 1, result: -ECANCELED), Completion(token: 3, result: 0)])
        writeAll([1], to: into)
        #expect(try ring.take(1).map(\.token) == [2])
        for end in [out, into] { _ = close(end) }
    }
}
