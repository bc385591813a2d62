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
        ["--connections", "1000001"], ["--rounds", "100001"], ["--slow-clients", "1000001"],
        ["--duration", "1441m"], ["--timeout", "86401s"], ["--size", "1025GiB"],
        ["--size", "40", "--url", "http://127.0.0.1:8080/predict?columns=3"],
        ["--size", "40", "--url", "http://127.0.0.1:8080/predict?columns=20"],
        ["--size", "40", "--url", "http://127.0.0.1:8080/predict?columns=0"],
        ["--size", "40", "--url", "http://127.0.0.1:8080/predict?columns=+5"],
        ["--size", "40", "--url", "http://127.0.0.1:8080/predict?columns="],
        ["--size", "40", "--url", "http://127.0.0.1:8080/predict?columns=5&columns=5"],
        ["--size", "40", "--url", "http://127.0.0.1:8080/predict?kernel=sum"],
    ])
    func refusesWhatMakesNoSense(arguments: [String]) {
        #expect(throws: (any Error).self) { try Settings(try Options.parse(arguments)) }
    }

    @Test func reckonsWithTheColumnsOfTheURL() throws {
        func columns(_ query: String, size: String = "40") throws -> Int {
            try settings("--size", size, "--url", "http://127.0.0.1:8080/predict?\(query)").columns
        }
        #expect(try columns("columns=5") == 5)
        #expect(try columns("a=b&columns=2&kernel=row-mean-std") == 2)
        #expect(try columns("mycolumns=5") == 10)
        // One value is a row of its own.
        #expect(try columns("columns=2500", size: "4") == 2500)
    }

    /// What the server of a measurement with these options is started with.
    private func arguments(_ options: String...) throws -> [String] {
        try #require(try Settings(try Options.parse(options)).commandLine).arguments
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
        #expect(large.suffix(2) == ["--memory", "\(4 * 123 * (2 << 20))"])
    }

    /// Bodies under 2 MiB lie in pages of 4 KiB, and there are 512 MiB unless the server is told.
    @Test func asksForTheMemoryThatSmallBodiesTake() throws {
        #expect(
            try !arguments("--size", "4", "--connections", "1000", "--body", "landed").contains("--memory"))
        // 245 pages, and a quarter more.
        let many = try arguments("--size", "1MB", "--connections", "1000", "--body", "landed")
        #expect(many.suffix(2) == ["--memory", "\(1000 * 245 * 4096 * 5 / 4)"])
    }

    /// 9,999,991 is prime: with one column the scratch is as large as the body.
    @Test func asksForTheMemoryThatScratchTakes() throws {
        let arguments = try arguments("--size", "39999964", "--connections", "16", "--body", "landed")
        let memory = try #require(Int(arguments.last ?? ""))
        #expect(memory >= 16 * 2 * 39_999_964)
    }

    @Test func startsAServerThatTakesTheConnections() throws {
        #expect(try !arguments("--size", "4", "--connections", "9000").contains("--max-connections"))
        for options in [
            ["--connections", "12000"], ["--connections", "1000", "--slow-clients", "11000"],
            ["--connections", "10000", "--slow-clients", "2000"],
        ] {
            let settings = try Settings(try Options.parse(["--size", "4"] + options))
            let arguments = try #require(settings.commandLine).arguments
            #expect(arguments.suffix(2) == ["--max-connections", "12064"])
        }
        #expect(try arguments("--size", "4", "--connections", "10000").contains("--max-connections"))
    }
}

struct ServerURLTests {
    @Test(
        arguments: zip(
            [
                "http://127.0.0.1:8080", "http://127.0.0.1:8080/", "http://host/v1?a=b",
                "HTTP://host:81?columns=7",
                "http://host/p?columns=7", "http://host/p?mycolumns=7",
            ],
            [
                "/predict?columns=5", "/predict?columns=5", "/v1?a=b&columns=5", "/predict?columns=7",
                "/p?columns=7", "/p?mycolumns=7&columns=5",
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
