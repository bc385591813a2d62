internal import Glibc

/// Finds ports of the loopback address that nobody listens on, for servers that cannot pick one themselves.
///
/// They lie below those that Linux gives to clients: a client's connection could hold such a port just when a
/// server wants it. Where that leaves none, for clients get all there are, they lie among those. Each is given once.
public struct FreePorts {
    private var candidates: Range<UInt16>

    /// Ports from `start` up to the first that clients get.
    public init(from start: UInt16 = 20_000) {
        let range = String(decoding: readFile("/proc/sys/net/ipv4/ip_local_port_range") ?? [], as: UTF8.self)
        let first = range.split(whereSeparator: \.isWhitespace).first.flatMap { UInt16($0) } ?? 32_768
        self.init(from: start, clientsGetFrom: first)
    }

    init(from start: UInt16, clientsGetFrom first: UInt16) {
        candidates = start..<(first > start ? first : 65_535)
    }

    /// The next port that can be bound now.
    public mutating func next() throws(SystemError) -> UInt16 {
        while let port = candidates.popFirst() {
            if (try? TCPSocket.listen(port: port, backlog: 1)) != nil { return port }
        }
        throw SystemError("find a free port", code: EADDRNOTAVAIL)
    }
}
