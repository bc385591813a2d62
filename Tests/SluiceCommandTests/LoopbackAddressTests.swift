internal import Testing

@testable internal import SluiceCommand

/// What may be served without `--allow-remote`: nothing that only looks as if it stayed on this machine.
struct LoopbackAddressTests {
    @Test(arguments: ["localhost", "127.0.0.1", "127.0.0.2", "127.255.255.254", "::1"])
    func staysOnThisMachine(host: String) {
        #expect(LoopbackAddress.isLoopback(host))
    }

    @Test(arguments: [
        "0.0.0.0", "::", "10.0.0.1", "126.255.255.255", "128.0.0.1", "1.0.0.127", "127.0.0.1.evil.example",
        "127.evil.example", "localhost.example", "xlocalhost", "2001:db8::1", "::1:1", "::2", "", "127",
    ])
    func isReachedFromElsewhere(host: String) {
        #expect(!LoopbackAddress.isLoopback(host))
    }
}
