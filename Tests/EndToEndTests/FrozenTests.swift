import Glibc
import Testing

/// A process that is stopped for a while, as `docker pause`, a cgroup freezer or a paused machine do it.
struct FrozenTests {
    /// What came while the server stood still is looked at before anybody is judged too late.
    ///
    /// What the pauses leave to chance makes it see less, and never turn red: a head that has not been received when the server is
    /// stopped has its time from then on.
    @Test func whoSentInTimeIsServedWhenTheServerGoesOn() throws {
        try withServer(["--threads", "1", "--head-timeout", "1s"]) { server in
            for _ in 0..<5 {
                let (client, slow) = (try server.connect(), try server.connect())
                try client.send("GET /health HTTP/1.1\r\nHo")
                try slow.send("GET /health HTTP/1.1\r\nHo")
                usleep(100_000)
                server.signal(SIGSTOP)
                usleep(100_000)
                try client.send("st: a\r\n\r\n")
                usleep(1_500_000)
                server.signal(SIGCONT)
                #expect(try client.readAnswer().status == 200)
                #expect(try slow.readAnswer().status == 408)
            }
        }
    }

    /// Linux tells of some twenty at a time. A pause that is too short makes it see less here, too.
    @Test func soIsACrowd() throws {
        try withServer(["--threads", "1", "--head-timeout", "3s"]) { server in
            let clients = try (0..<200).map { _ in try server.connect() }
            for client in clients { try client.send("GET /health HTTP/1.1\r\nHo") }
            usleep(100_000)
            server.signal(SIGSTOP)
            usleep(100_000)
            for client in clients { try client.send("st: a\r\n\r\n") }
            usleep(3_500_000)
            server.signal(SIGCONT)
            let served = try clients.count { try $0.readAnswer().status == 200 }
            #expect(served == clients.count)
        }
    }
}
