import Glibc
import Testing
import Uring

/// What ends a watch, on Linux itself: the simulated kernel is written after these.
@Suite struct WatchTests {
    @Test func whatIsSentIsNoNews() throws {
        let loopback = Loopback()
        let pair = loopback.connection()
        let ring = try Ring.enabled()
        queued(ring.watch(pair.near, token: 1))
        writeAll(pattern(10), to: pair.far)
        #expect(try ring.takeWhatIsThere().isEmpty)
        #expect(ring.unreadByteCount(of: pair.near) == 10)
        try ring.end(1)
    }

    @Test func theEndOfWhatIsSentEndsItAndNobodyIsGone() throws {
        let loopback = Loopback()
        let pair = loopback.connection()
        let ring = try Ring.enabled()
        queued(ring.watch(pair.near, token: 1))
        #expect(try ring.takeWhatIsThere().isEmpty)
        #expect(shutdown(pair.far, Int32(SHUT_WR)) == 0)
        let ended = try ring.take(1)
        #expect(ended.map(\.token) == [1])
        #expect(ended.allSatisfy { $0.result > 0 && !WatchOperation.isGone($0) }, "\(ended)")
    }

    /// To Linux a closed socket looks the same, until something is sent to it.
    @Test func aCloseIsNoMoreThanTheEndOfWhatIsSent() throws {
        let loopback = Loopback()
        let ring = try Ring.enabled()
        let far = loopback.connect()
        let near = loopback.accepted()
        queued(ring.watch(near, token: 1))
        _ = close(far)
        let ended = try ring.take(1)
        #expect(ended.count == 1 && ended.allSatisfy { !WatchOperation.isGone($0) }, "\(ended)")
        ring.closeNow(near)
    }

    @Test func whoResetsIsGone() throws {
        let loopback = Loopback()
        let ring = try Ring.enabled()
        let far = loopback.connect()
        let near = loopback.accepted()
        queued(ring.watch(near, token: 1))
        writeAll(pattern(10), to: far)
        #expect(try ring.takeWhatIsThere().isEmpty)
        reset(far)
        let ended = try ring.take(1)
        #expect(ended.count == 1 && ended.allSatisfy { WatchOperation.isGone($0) }, "\(ended)")
        ring.closeNow(near)
    }

    @Test func whoHadResetBeforeIsGoneAtOnce() throws {
        let loopback = Loopback()
        let ring = try Ring.enabled()
        let far = loopback.connect()
        let near = loopback.accepted()
        reset(far)
        queued(ring.watch(near, token: 1))
        let ended = try ring.take(1)
        #expect(ended.count == 1 && ended.allSatisfy { WatchOperation.isGone($0) }, "\(ended)")
        ring.closeNow(near)
    }

    @Test func bothDirectionsEndedIsGone() throws {
        let loopback = Loopback()
        let pair = loopback.connection()
        let ring = try Ring.enabled()
        #expect(shutdown(pair.far, Int32(SHUT_WR)) == 0)
        ring.shutdownWrites(of: pair.near)
        queued(ring.watch(pair.near, token: 1))
        let ended = try ring.take(1)
        #expect(ended.count == 1 && ended.allSatisfy { WatchOperation.isGone($0) }, "\(ended)")
    }

    @Test func theOtherEndOfAUnixSocketIsGoneWhenItCloses() throws {
        let ring = try Ring.enabled()
        var pair: [Int32] = [0, 0]
        #expect(unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair) == 0)
        let near = Socket(descriptor: pair[0])
        queued(ring.watch(near, token: 1))
        _ = close(pair[1])
        let ended = try ring.take(1)
        #expect(ended.count == 1 && ended.allSatisfy { WatchOperation.isGone($0) }, "\(ended)")
        ring.closeNow(near)
    }

    @Test func cancelEndsIt() throws {
        let loopback = Loopback()
        let pair = loopback.connection()
        let ring = try Ring.enabled()
        queued(ring.watch(pair.near, token: 1))
        #expect(try ring.takeWhatIsThere().isEmpty)
        queued(ring.cancel(1, token: 2))
        let ended = try ring.take(2).sorted { $0.token < $1.token }
        #expect(ended == [Completion(token: 1, result: -ECANCELED), Completion(token: 2, result: 0)])
        #expect(ended.allSatisfy { !WatchOperation.isGone($0) })
    }
}
