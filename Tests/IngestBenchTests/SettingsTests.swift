import ArgumentParser
import LoadGenerator
import Sizes
import Testing

@testable import IngestBench

struct SettingsTests {
    private func settings(_ arguments: String...) throws -> Settings {
        try Settings(try Options.parse(arguments))
    }

    @Test func measuresThirtyMegabytesOnOneConnectionUnlessTold() throws {
        let settings = try settings()
        #expect(settings.size.bytes == 30_000_000)
        #expect(settings.connections == 1)
        #expect(settings.columns == 2500)
        #expect(settings.rounds == 5)
        guard case .duration(.seconds(2)) = settings.extent(ofRound: 0) else {
            Issue.record("10 s over 5 rounds")
            return
        }
    }

    // 1,000,001 = 101 × 9901; 10,007 is prime.
    @Test(arguments: zip([4, 8, 28, 4_000_004, 40_028, 30_000_000, 40_000], [1, 2, 7, 101, 1, 2500, 2500]))
    func sendsTheLargestDivisorAsColumns(size: Int, columns: Int) throws {
        #expect(try settings("--size", "\(size)").columns == columns)
    }

    @Test func sharesRequestsAmongTheRounds() throws {
        let settings = try settings("--requests", "12", "--rounds", "5")
        let counts = (0..<5).map { round in
            if case .requests(let count) = settings.extent(ofRound: round) { count } else { 0 }
        }
        #expect(counts == [3, 3, 2, 2, 2])
    }

    @Test(arguments: [
        ["--size", "30"], ["--size", "0"], ["--size", "30Mb5"], ["--connections", "0"], ["--rounds", "0"],
        ["--requests", "2"], ["--requests", "10", "--duration", "1s"], ["--duration", "0s"],
        ["--duration", "1h"],
        ["--duration", "-1s"], ["--timeout", "soon"], ["--threads", "0"], ["--sender", "carrier-pigeon"],
        ["--url", "https://127.0.0.1"], ["--url", "http://127.0.0.1:99999"],
        ["--url", "http://127.0.0.1:8080", "--threads", "2"],
        ["--url", "http://127.0.0.1:8080", "--body", "landed"],
        ["--url", "http://127.0.0.1:8080", "--window-size", "1MiB"], ["--window-size", "wide"],
        ["--url", "http://127.0.0.1:8080", "--pin", "0"],
    ])
    func refusesWhatMakesNoSense(arguments: [String]) {
        #expect(throws: (any Error).self) { try Settings(try Options.parse(arguments)) }
    }

    /// What the server of a measurement with these options is started with.
    private func arguments(_ options: String...) throws -> [String] {
        let settings = try Settings(try Options.parse(options))
        guard case .sluice(let setUp) = settings.server else { return [] }
        return SluiceCommandLine(
            setUp: setUp, bodySize: settings.size.bytes, connections: settings.connections
        ).arguments
    }

    @Test func startsOneThreadWhereThereIsOneCPU() throws {
        let arguments = try arguments("--pin", "0")
        #expect(arguments[arguments.firstIndex(of: "--threads")! + 1] == "1")
    }

    @Test func handsTheWindowSizeToTheServer() throws {
        let arguments = try arguments("--window-size", "256KiB")
        #expect(arguments.suffix(2) == ["--window-size", "262144"])
    }

    @Test func startsAServerThatTakesTheBodies() throws {
        let small = try arguments("--size", "4", "--connections", "1000", "--threads", "2")
        #expect(
            small == [
                "serve", "--host", "127.0.0.1", "--port", "0", "--threads", "2", "--body", "streamed",
                "--max-body", "67108864",
            ])
        let large = try arguments("--size", "256MB", "--connections", "4", "--body", "landed")
        #expect(large.contains("256000000"))
        #expect(large.suffix(2) == ["--memory", "\(4 * 124 * (2 << 20))"])
    }
}

struct ServerURLTests {
    @Test(
        arguments: zip(
            [
                "http://127.0.0.1:8080", "http://127.0.0.1:8080/", "http://host/v1?a=b",
                "HTTP://host:81?columns=7",
                "http://host/p?columns=7",
            ],
            [
                "/predict?columns=5", "/predict?columns=5", "/v1?a=b&columns=5", "/predict?columns=7",
                "/p?columns=7",
            ]))
    func asksForTheColumnsUnlessTheURLDoes(url: String, target: String) throws {
        #expect(try #require(ServerURL(url)).target(columns: 5) == target)
    }

    @Test(arguments: [
        "127.0.0.1:8080", "http://", "http://:80", "http://host:", "http://host:0", "http://host:x",
        "http://h:1/a b",
        "http://h:1/\r\nX: y", "http://h:1/#top", "http://[::1]:80",
    ])
    func refusesWhatIsNoURL(url: String) {
        #expect(ServerURL(url) == nil)
    }
}
