internal import Glibc

/// Whether an address stays on this machine.
enum LoopbackAddress {
    static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" { return true }
        var four = in_addr()
        if unsafe inet_pton(AF_INET, host, &four) == 1 {
            return UInt32(bigEndian: four.s_addr) >> 24 == 127
        }
        return host == "::1"
    }
}
