internal import Glibc

/// Listens on 127.0.0.1, on a port that the system picks.
struct Listener {
    private let descriptor: Int32
    let port: UInt16

    init() {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let listens = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            let generic = unsafe UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: sockaddr.self)
            return unsafe bind(descriptor, generic, length) == 0 && listen(descriptor, 1024) == 0
                && getsockname(descriptor, generic, &length) == 0
        }
        precondition(listens, "cannot listen: errno \(errno)")
        port = UInt16(bigEndian: address.sin_port)
    }

    func accept() -> Int32 {
        let accepted = Glibc.accept(descriptor, nil, nil)
        precondition(accepted >= 0, "cannot accept: errno \(errno)")
        return accepted
    }
}
