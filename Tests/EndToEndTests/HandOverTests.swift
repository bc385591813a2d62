import Glibc
import Testing

/// A listening socket that is handed over by systemd's convention.
struct HandOverTests {
    private func refused(
        _ descriptor: Int32, _ arguments: [String] = [], announcing: String = "LISTEN_FDS=1 LISTEN_PID=$$"
    ) throws -> String {
        let server = try ServerProcess(handedOver: descriptor, arguments, announcing: announcing)
        let code = try server.waitForExit()
        #expect(code == 1 || code == 64, "\(code)")
        return server.log
    }

    @Test func saysWhereItListensAndLeavesTheSocketOpen() throws {
        let listening = try ListeningSocket()
        let server = try ServerProcess(
            handedOver: listening.descriptor,
            announcing: "LISTEN_FDS=1 LISTEN_PID=$$ LISTEN_FDNAMES=sluice.socket")
        try server.waitUntilReady()
        guard case .tcp(let port) = listening.address else { return }
        #expect(server.line.hasPrefix("sluice: listening on http://127.0.0.1:\(port) ("), "\(server.line)")
        #expect(try server.ask(Request.health).status == 200)
        server.signal(SIGTERM)
        #expect(try server.waitForExit() == 0, "\(server.log)")
        // Nobody accepts, and nobody is refused.
        _ = try Client(listening.address)
    }

    /// Older Linux does not wait for an accept on it: it would fail again and again.
    @Test func takesASocketThatDoesNotBlock() throws {
        let listening = try ListeningSocket()
        #expect(fcntl(listening.descriptor, F_SETFL, O_NONBLOCK) == 0)
        let server = try ServerProcess(handedOver: listening.descriptor)
        try server.waitUntilReady()
        // The flag is the socket's, whoever holds it: what the server did to it is seen here.
        #expect(fcntl(listening.descriptor, F_GETFL) & O_NONBLOCK == 0)
        #expect(try server.ask(Request.health).status == 200)
        server.signal(SIGTERM)
        #expect(try server.waitForExit() == 0, "\(server.log)")
    }

    @Test func leavesTheUnixSocketWhereItIs() throws {
        let path = temporaryPath()
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        defer {
            close(descriptor)
            unsafe unlink(path)
        }
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &name.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
        let isListening = unsafe withUnsafeBytes(of: &name) {
            unsafe bind(
                descriptor, $0.assumingMemoryBound(to: sockaddr.self).baseAddress!, socklen_t($0.count)) == 0
                && listen(descriptor, 16) == 0
        }
        try #require(isListening)
        let log = try refused(descriptor, ["--low-water-mark", "64KiB"])
        #expect(log.contains("--low-water-mark would do nothing on a Unix socket"), "\(log)")
        for _ in 0..<2 {
            let server = try ServerProcess(handedOver: descriptor)
            try server.waitUntilReady()
            #expect(server.line.contains("unix:\(path) "), "\(server.line)")
            #expect(try server.ask(Request.health).status == 200)
            server.signal(SIGTERM)
            #expect(try server.waitForExit() == 0, "\(server.log)")
        }
    }

    @Test(arguments: [
        ("LISTEN_FDS=1 LISTEN_PID=1", "for process 1 and this is"),
        ("LISTEN_FDS=1 LISTEN_PID=me", "for process me and this is"),
        ("LISTEN_FDS=1", "LISTEN_PID, whom it is for, is not"),
        ("LISTEN_FDS=2 LISTEN_PID=$$", "sluice listens on one socket only"),
        ("LISTEN_FDS=-1 LISTEN_PID=$$", "not a number of sockets"),
        ("LISTEN_FDS=many LISTEN_PID=$$", "not a number of sockets"),
        ("LISTEN_FDS=1 LISTEN_PID=$$; exec 3<&-", "descriptor 3: it is not open"),
        ("LISTEN_FDS=1 LISTEN_PID=$$; exec 3</dev/null", "descriptor 3: it is no socket"),
    ])
    func saysWhatIsWrongWithAnAnnouncement(variables: String, words: String) throws {
        let listening = try ListeningSocket()
        let log = try refused(listening.descriptor, announcing: variables)
        #expect(log.contains(words), "\(log)")
    }

    @Test(arguments: [
        (Int32(SOCK_STREAM.rawValue), "it does not listen"),
        (Int32(SOCK_DGRAM.rawValue), "it is no stream socket"),
    ])
    func refusesASocketThatDoesNotListen(type: Int32, words: String) throws {
        let descriptor = socket(AF_INET, type | Int32(SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        let log = try refused(descriptor)
        #expect(log.contains(words), "\(log)")
    }

    @Test(arguments: [["--port", "0"], ["--host", "127.0.0.1"], ["--unix", "/tmp/none"]])
    func refusesAnotherAddressBesideIt(arguments: [String]) throws {
        let listening = try ListeningSocket()
        let log = try refused(listening.descriptor, arguments)
        #expect(log.contains("--host, --port and --unix say another"), "\(log)")
    }

    @Test func refusesAnAddressThatOthersCanReach() throws {
        let listening = try ListeningSocket(isLoopback: false)
        #expect(try refused(listening.descriptor).contains("0.0.0.0 can be reached from other machines"))
        let server = try ServerProcess(handedOver: listening.descriptor, ["--allow-remote"])
        try server.waitUntilReady()
        #expect(try Client(listening.address).ask(Request.health).status == 200)
        server.signal(SIGTERM)
        #expect(try server.waitForExit() == 0, "\(server.log)")
    }

    @Test func noSocketsAnnouncedIsNone() throws {
        let listening = try ListeningSocket()
        let server = try ServerProcess(
            handedOver: listening.descriptor, ["--port", "0"],
            announcing: "LISTEN_FDS=0 LISTEN_PID=$$")
        try server.waitUntilReady()
        #expect(try server.ask(Request.health).status == 200)
    }
}
