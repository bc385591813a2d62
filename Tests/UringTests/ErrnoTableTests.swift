import Glibc
import Testing
import Uring

/// Every number that Linux has, for every operation: what is not listed here is our bug.
@Suite struct ErrnoTableTests {
    typealias Table = @Sendable (Int32) -> Disposition

    func expect(_ table: Table, is expected: [Disposition: [Int32]]) {
        var listed: [Int32: Disposition] = [:]
        for (disposition, numbers) in expected {
            for number in numbers { listed[number] = disposition }
        }
        for number in Int32(1)...133 {
            #expect(
                table(number) == listed[number, default: .bug],
                "errno \(number): \(RingError.message(for: number))")
        }
    }

    /// `icmp_err_convert`, `net/ipv4/icmp.c`, and `icmpv6_err_convert`, `net/ipv6/icmp.c`: what TCP may report when it gives a peer up.
    static let fromRouters = [
        ENETUNREACH, EHOSTUNREACH, ENOPROTOOPT, ECONNREFUSED, EOPNOTSUPP, EHOSTDOWN, ENONET, EPROTO,
        EACCES,
    ]

    @Test func receive() {
        expect(
            ReceiveOperation.disposition,
            is: [
                .retry: [EINTR, EAGAIN],
                .cancelled: [ECANCELED],
                .peer: [ECONNRESET, ETIMEDOUT, EPIPE, ECONNABORTED, ENOTCONN, ENETDOWN] + Self.fromRouters,
                .resource: [ENOBUFS, ENOMEM],
            ])
    }

    @Test func send() {
        expect(
            SendOperation.disposition,
            is: [
                .retry: [EINTR, EAGAIN],
                .cancelled: [ECANCELED],
                .peer: [ECONNRESET, ETIMEDOUT, EPIPE, ECONNABORTED, ENOTCONN, ENETDOWN] + Self.fromRouters,
                .resource: [ENOBUFS, ENOMEM],
            ])
    }

    @Test func accept() {
        expect(
            AcceptOperation.disposition,
            is: [
                .retry: [EINTR, EAGAIN],
                .cancelled: [ECANCELED, EINVAL],
                .peer: [
                    ECONNABORTED, ECONNRESET, EPROTO, EPERM, ENETDOWN, ENOPROTOOPT, EHOSTDOWN, ENONET,
                    EHOSTUNREACH, ENETUNREACH, ETIMEDOUT,
                ],
                .resource: [EMFILE, ENFILE, ENOMEM, ENOBUFS],
            ])
        #expect((1...133).filter { AcceptOperation.foundNoDescriptor($0) } == [ENFILE, EMFILE])
        #expect((1...133).filter { AcceptOperation.foundListenerShut($0) } == [EINVAL])
    }

    @Test func close() {
        expect(CloseOperation.disposition, is: [.peer: [EINTR, EIO, ENOSPC, EDQUOT]])
    }

    @Test func watch() {
        expect(WatchOperation.disposition, is: [.cancelled: [ECANCELED], .resource: [ENOMEM]])
    }

    @Test func cancel() {
        expect(
            CancelOperation.disposition,
            is: [.cancelled: [ENOENT, EALREADY], .retry: [EINTR, EAGAIN]])
    }
}
