internal import Foundation
internal import Glibc
internal import Synchronization
internal import Testing
internal import Uring

@testable internal import Sluice

struct ListenerTests {
    /// A path for a socket, in a folder that goes with it.
    private func withPath(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "sluice-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.appending(path: "s").path())
    }

    private func reason(_ address: ListenAddress) -> String {
        do throws(ServerError) {
            _ = try Listener(address)
            return "it listens"
        } catch {
            return error.description
        }
    }

    private final class Starts: Sendable {
        let listening = Atomic(0)
        let reachable = Atomic(0)
        let tried = Atomic(0)
    }

    /// Between the `bind` and the `listen` of one its path looks to the other as if a server that was killed had left it.
    @Test func oneOfThoseThatStartAtOnceHasThePath() throws {
        for _ in 0..<4 {
            try withPath { path in
                // Left by one that was killed.
                let left = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
                #expect(binds(left, to: path))
                close(left)
                let starts = Starts()
                try onThreads(4) { [self] _ in
                    let listener = try? Listener(.unix(path: path))
                    if listener != nil { starts.listening.add(1, ordering: .relaxed) }
                    starts.tried.add(1, ordering: .releasing)
                    while starts.tried.load(ordering: .acquiring) < 4 { usleep(100) }
                    if listener != nil, connects(to: path) { starts.reachable.add(1, ordering: .relaxed) }
                    withExtendedLifetime(listener) {}
                }
                #expect(starts.listening.load(ordering: .relaxed) == 1)
                #expect(starts.reachable.load(ordering: .relaxed) == 1)
            }
        }
    }

    /// Connects, and says whether that went well.
    private func connects(to path: String) -> Bool {
        let client = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(client) }
        return unsafe named(path) { unsafe connect(client, $0, $1) == 0 }
    }

    private func binds(_ descriptor: Int32, to path: String) -> Bool {
        unsafe named(path) { unsafe bind(descriptor, $0, $1) == 0 }
    }

    private func named(_ path: String, _ call: (UnsafePointer<sockaddr>, socklen_t) -> Bool) -> Bool {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe call($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    @Test func portZeroIsReplacedByThePortPicked() throws {
        let listener = try Listener(.tcp(host: "127.0.0.1", port: 0))
        guard case .tcp(let host, let port) = listener.address else {
            Issue.record("not TCP")
            return
        }
        #expect(host == "127.0.0.1")
        #expect(port != 0)
        #expect(!listener.isUnix)
        #expect(reason(.tcp(host: "127.0.0.1", port: port)).contains("Address already in use"))
    }

    /// A connection has from its listener what bounds what Linux holds for its client.
    @Test func connectionsHaveTheListenersOptions() throws {
        let listener = try Listener(.tcp(host: "127.0.0.1", port: 0))
        let client = try connect(to: listener.address)
        defer { close(client) }
        let connection = accept(listener.socket.descriptor, nil, nil)
        defer { close(connection) }
        for (option, value) in [(TCP_NODELAY, 1), (TCP_NOTSENT_LOWAT, 256 << 10), (TCP_USER_TIMEOUT, 60_000)]
        {
            var found: Int32 = 0
            var length = socklen_t(MemoryLayout<Int32>.size)
            #expect(unsafe getsockopt(connection, Int32(IPPROTO_TCP), option, &found, &length) == 0)
            #expect(Int(found) == value, "option \(option)")
        }
    }

    @Test func whatIsSentMayWaitForAMinuteOrTwoPeriods() {
        for (period, time) in [(-1, 60), (0, 60), (5, 60), (30, 60), (31, 62), (.max, 172_800)]
            as [(Int64, Int64)]
        {
            #expect(Listener.untakenTime(responsePeriod: .seconds(period)) == .seconds(time))
        }
    }

    @Test func theLargestReceiveBufferIsWhatLinuxAllows() throws {
        let text = try String(contentsOfFile: "/proc/sys/net/core/rmem_max", encoding: .utf8)
        #expect(Listener.largestReceiveBuffer() == Int(text.trimmingCharacters(in: .whitespacesAndNewlines)))
    }

    @Test func aHostThatDoesNotExistIsNamed() {
        #expect(reason(.tcp(host: "256.256.256.256", port: 0)).contains("http://256.256.256.256:0: "))
    }

    @Test func aUnixSocketIsForItsOwnerAndGroupAndGoesWithTheListener() throws {
        try withPath { path in
            do {
                let listener = try Listener(.unix(path: path))
                #expect(listener.isUnix)
                let permissions = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
                #expect(permissions as? Int == 0o660)
                #expect(connects(to: path))
            }
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }

    /// Somebody has put their own there: it is not this listener's to remove.
    @Test func aPathThatIsAnothersByNowIsLeftAlone() throws {
        try withPath { path in
            let listener = try Listener(.unix(path: path))
            unsafe unlink(path)
            let successor = try Listener(.unix(path: path))
            listener.removePath()
            #expect(connects(to: successor.address.path))
        }
    }

    @Test func anInheritedListenerStaysOpenAndIsNamed() throws {
        let made = try Listener(.tcp(host: "127.0.0.1", port: 0))
        let descriptor = dup(made.socket.descriptor)
        defer { close(descriptor) }
        do {
            let inherited = try Listener(.inherited(descriptor: descriptor))
            #expect(inherited.address == made.address)
            #expect(inherited.isInherited && !inherited.isUnix)
        }
        #expect(fcntl(descriptor, F_GETFD) == FD_CLOEXEC)
        #expect(reason(.inherited(descriptor: 1 << 20)).contains("descriptor 1048576: it is not open"))
    }

    @Test func aPathThatAKilledServerLeftIsTaken() throws {
        try withPath { path in
            let left = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            let isBound = binds(left, to: path)
            close(left)
            try #require(isBound)
            #expect(!connects(to: path))
            let listener = try Listener(.unix(path: path))
            #expect(connects(to: path))
            _ = listener
        }
    }

    @Test func aPathWhereSomebodyListensIsNot() throws {
        try withPath { path in
            let listener = try Listener(.unix(path: path))
            #expect(reason(.unix(path: path)).contains("Address already in use"))
            #expect(connects(to: listener.address.path))
        }
    }

    /// A file that is no socket also refuses connections; it is somebody's data.
    @Test func aFileThatIsNoSocketIsNeverRemoved() throws {
        try withPath { path in
            try Data("precious".utf8).write(to: URL(filePath: path))
            #expect(reason(.unix(path: path)).contains("Address already in use"))
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "precious")
        }
    }

    /// A listener whose backlog is full is alive: to ask must not block, nor take its path.
    @Test
    func aBusyListenersPathIsLeftAlone() throws {
        try withPath { path in
            let busy = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(busy) }
            try #require(binds(busy, to: path) && listen(busy, 0) == 0)
            // A backlog of 0 holds one connection.
            #expect(connects(to: path))
            #expect(reason(.unix(path: path)).contains("Address already in use"))
            #expect(FileManager.default.fileExists(atPath: path))
        }
    }

    @Test func aPathThatDoesNotFitIsRefused() {
        #expect(reason(.unix(path: "")).contains("a path has 1 to 107 bytes"))
        #expect(reason(.unix(path: "/tmp/" + String(repeating: "x", count: 103))).contains("1 to 107 bytes"))
    }

    @Test func addressesAreWrittenAsURLs() {
        #expect(ListenAddress.tcp(host: "127.0.0.1", port: 80).description == "http://127.0.0.1:80")
        #expect(ListenAddress.tcp(host: "::1", port: 80).description == "http://[::1]:80")
        #expect(ListenAddress.unix(path: "/run/s").description == "unix:/run/s")
    }
}

extension ListenAddress {
    fileprivate var path: String { if case .unix(let path) = self { path } else { "" } }
}
