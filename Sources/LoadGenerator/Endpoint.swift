internal import Glibc

/// Where a server listens: an IPv4 address and a port.
public struct Endpoint: Sendable, Hashable, CustomStringConvertible {
    /// The address in host byte order.
    let address: UInt32
    /// The port.
    public let port: UInt16

    /// The loopback address, 127.0.0.1.
    public static func loopback(port: UInt16) -> Endpoint {
        Endpoint(address: 0x7f00_0001, port: port)
    }

    /// Whether it is on this machine, by its address.
    public var isLoopback: Bool { address >> 24 == 127 }

    init(address: UInt32, port: UInt16) {
        self.address = address
        self.port = port
    }

    /// Looks up a host name or a dotted address; the first IPv4 address is taken.
    public init?(host: String, port: UInt16) {
        var hints = unsafe addrinfo()
        unsafe hints.ai_family = AF_INET
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(host, nil, &hints, &list) == 0, let first = unsafe list else { return nil }
        defer { unsafe freeaddrinfo(first) }
        let found = unsafe UnsafeRawPointer(first.pointee.ai_addr!).loadUnaligned(as: sockaddr_in.self)
        self.init(address: UInt32(bigEndian: found.sin_addr.s_addr), port: port)
    }

    /// `127.0.0.1:8080`
    public var description: String {
        let parts = [24, 16, 8, 0].map { String(address >> UInt32($0) & 0xff) }
        return parts.joined(separator: ".") + ":\(port)"
    }

    var socketAddress: sockaddr_in {
        var result = sockaddr_in()
        result.sin_family = sa_family_t(AF_INET)
        result.sin_port = port.bigEndian
        result.sin_addr.s_addr = address.bigEndian
        return result
    }
}
