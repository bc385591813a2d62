import Testing

@testable import LoadGenerator

struct StartServerTests {
    @Test func tellsWhatAServerSaidInsteadOfItsAddress() throws {
        let error = try #require(throws: ServerSilence.self) {
            try startServer("/bin/sh", ["-c", "echo cannot listen; echo no room >&2; sleep 0.1"])
        }
        #expect(error.description.contains("It said: cannot listen"))
    }

    @Test func findsTheAddressInWhatAServerSays() throws {
        let line = "sluice: listening on http://127.0.0.1:40123 (2 threads)"
        #expect(try #require(Endpoint(announcedBy: line)).description == "127.0.0.1:40123")
        #expect(try #require(Endpoint(announcedBy: "x http://127.0.0.1:1/, ready")).port == 1)
        #expect(Endpoint(announcedBy: "sluice: cannot listen") == nil)
    }
}
