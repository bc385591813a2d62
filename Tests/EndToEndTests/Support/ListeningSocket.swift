import Glibc

/// A listening socket that the test made, to be handed to one server after the other as systemd would.
final class ListeningSocket {
    let descriptor: Int32
    let address: ServerAddress

    /// On a free port of 127.0.0.1, or of all addresses.
    init(isLoopback: Bool = true) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_addr.s_addr = isLoopback ? UInt32(0x7F00_0001).bigEndian : 0
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = unsafe withUnsafeMutablePointer(to: &name) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, length) == 0 && listen(descriptor, 1024) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        self.descriptor = descriptor
        guard isListening else { throw ServerProcess.Failure(description: "cannot listen: errno \(errno)") }
        address = .tcp(port: UInt16(bigEndian: name.sin_port))
    }

    deinit { close(descriptor) }
}

extension ServerProcess {
    /// A server that takes over `descriptor` by systemd's convention, with these words in its environment.
    convenience init(
        handedOver descriptor: Int32, _ arguments: [String] = [],
        announcing variables: String = "LISTEN_FDS=1 LISTEN_PID=$$"
    ) throws {
        try self.init(
            command: [
                "/bin/sh", "-c", "export \(variables); exec \"$0\" \"$@\"", Self.executable, "serve",
            ] + arguments, descriptorThree: descriptor)
    }
}
