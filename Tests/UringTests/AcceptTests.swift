import Glibc
import Testing
import Uring

@Suite struct AcceptTests {
    @Test func oneOperationAcceptsMany() throws {
        let loopback = Loopback()
        let ring = try Ring.enabled()
        queued(ring.accept(on: loopback.listener, token: 7))
        let clients = (0..<5).map { _ in loopback.connect() }
        let accepted = try ring.take(5)
        #expect(accepted.count == 5)
        for completion in accepted {
            #expect(completion.token == 7)
            #expect(completion.hasMore)
            #expect(completion.result >= 0)
            // A child must not inherit a connection; and io_uring wants blocking sockets.
            #expect(fcntl(completion.result, F_GETFD) & FD_CLOEXEC != 0)
            #expect(fcntl(completion.result, F_GETFL) & O_NONBLOCK == 0)
            ring.closeNow(Socket(descriptor: completion.result))
        }
        try ring.end(7)
        for client in clients { _ = close(client) }
    }

    @Test func armsAgainAfterCancel() throws {
        let loopback = Loopback()
        let ring = try Ring.enabled()
        queued(ring.accept(on: loopback.listener, token: 7))
        queued(ring.cancel(7, token: 8))
        let ended = try ring.take(2)
        #expect(Set(ended.map(\.token)) == [7, 8])
        for completion in ended {
            #expect(completion.result == (completion.token == 7 ? -ECANCELED : 0))
            #expect(!completion.hasMore)
        }
        let client = loopback.connect()
        #expect(try ring.takeWhatIsThere().isEmpty)
        queued(ring.accept(on: loopback.listener, token: 9))
        let accepted = try ring.take(1)
        #expect(accepted.map(\.token) == [9])
        #expect(accepted.allSatisfy { $0.result >= 0 && $0.hasMore })
        for completion in accepted { ring.closeNow(Socket(descriptor: completion.result)) }
        try ring.end(9)
        _ = close(client)
    }

    @Test func endsWhenTheListenerIsShut() throws {
        let loopback = Loopback()
        let ring = try Ring.enabled()
        queued(ring.accept(on: loopback.listener, token: 7))
        #expect(try ring.takeWhatIsThere().isEmpty)
        ring.shutdown(loopback.listener)
        let ended = try ring.take(1)
        #expect(ended == [Completion(token: 7, result: -EINVAL)])
        #expect(AcceptOperation.disposition(of: EINVAL) == .cancelled)
        #expect(AcceptOperation.foundListenerShut(EINVAL))
    }
}
