internal import Glibc
internal import Testing

@testable internal import Sluice

/// - Returns: a descriptor, connected over TCP and the caller's to close.
func connect(to address: ListenAddress) throws -> Int32 {
    guard case .tcp(_, let port) = address else { preconditionFailure("it listens over TCP") }
    let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_port = port.bigEndian
    name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let result = unsafe withUnsafePointer(to: &name) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            unsafe Glibc.connect(client, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
    }
    try #require(result == 0)
    return client
}
