internal import ArgumentParser
internal import Sluice
internal import Testing

@testable internal import SluiceCommand

/// That what is written on the command line is what the server is given, where only a busy server would show it.
struct ServeOptionTests {
    @Test func computeOptionsAreTheLimits() throws {
        var limits = Limits()
        try ComputeOptions.parse([
            "--compute-threads", "3", "--compute-queue", "7", "--handler-timeout", "900ms",
        ]).set(&limits)
        #expect(limits.computeThreads == 3)
        #expect(limits.computeQueue == 7)
        #expect(limits.handlerTimeout == .milliseconds(900))
    }

    @Test func withoutOptionsTheLimitsStayTheirDefaults() throws {
        var limits = Limits()
        limits.computeQueue = 1
        limits.handlerTimeout = .zero
        limits.headBufferGrace = .seconds(9)
        try ComputeOptions.parse([]).set(&limits)
        try TimeOptions.parse([]).set(&limits)
        #expect(limits.computeThreads == nil)
        #expect(limits.computeQueue == Limits().computeQueue)
        #expect(limits.handlerTimeout == Limits().handlerTimeout)
        #expect(limits.headBufferGrace == Limits().headBufferGrace)
    }

    @Test func turnTimeIsTheLimit() throws {
        var limits = Limits()
        try TuningOptions.parse(["--turn-time", "0s"]).set(&limits)
        #expect(limits.turnTime == .zero)
        try TuningOptions.parse([]).set(&limits)
        #expect(limits.turnTime == Limits().turnTime)
    }

    @Test func clientsAreFollowedUnlessItIsForbidden() throws {
        var limits = Limits()
        for (arguments, follows) in [
            (["--no-follow-clients"], false), ([], true), (["--follow-clients"], true),
        ] {
            try TuningOptions.parse(arguments).set(&limits)
            #expect(limits.followsClients == follows, "\(arguments)")
        }
    }

    /// What is asked for and would do nothing is refused; what is not asked for is no matter.
    @Test(arguments: [
        (1, 1, false), (1, 2, false), (2, 1, false), (3, 2, false), (2, 2, true), (64, 64, true),
    ])
    func clientsAreFollowedWhereThereIsAReactorForEachOfSeveralCPUs(
        reactors: Int, cpus: Int, follows: Bool
    ) throws {
        #expect(Limits().followsClients(reactors: reactors, cpus: cpus) == follows)
        let asked = try TuningOptions.parse(["--follow-clients"])
        let pinned = try TuningOptions.parse(["--follow-clients", "--pin"])
        #expect(throws: (any Error).self) { try pinned.checkFollows(reactors: reactors, cpus: cpus) }
        if follows {
            try asked.checkFollows(reactors: reactors, cpus: cpus)
        } else {
            #expect(throws: (any Error).self) { try asked.checkFollows(reactors: reactors, cpus: cpus) }
        }
        for arguments in [[], ["--pin"], ["--no-follow-clients", "--pin"]] {
            try TuningOptions.parse(arguments).checkFollows(reactors: reactors, cpus: cpus)
        }
    }

    @Test func onAUnixSocketNobodyIsFollowedAndItMayBeSaid() throws {
        try TuningOptions.parse(["--no-follow-clients"]).checkSuitsUnix()
        let asked = try TuningOptions.parse(["--follow-clients"])
        #expect(throws: (any Error).self) { try asked.checkSuitsUnix() }
    }

    @Test func noReactorThatIsPinnedFollows() throws {
        var limits = Limits()
        try TuningOptions.parse(["--pin"]).set(&limits)
        #expect(!limits.followsClients(reactors: 2, cpus: 2))
    }

    /// Each as a browser writes it, the scheme's own port left out.
    @Test(arguments: [
        "http://a.example", "https://a.example", "http://a.example:443", "https://a.example:80",
        "https://a.example:8443", "http://a.example:1", "http://a.example:65535", "http://[::1]:8080",
        "moz-extension://0f3c", "app://a:80",
    ])
    func originsThatBrowsersSendAreTaken(origin: String) throws {
        #expect(try AccessOptions.parse(["--allow-origin", origin]).allowOrigin == [origin])
    }

    @Test(arguments: [
        "http://a.example:80", "https://a.example:443", "http://[::1]:80", "https://a.example:0443",
        "https://a.example:0", "https://a.example:65536", "https://a.example:", "https://a.example:+1",
        "https://a.example:99999999999999999999",
    ])
    func originsThatNoBrowserSendsAreRefused(origin: String) {
        #expect(throws: (any Error).self) { try AccessOptions.parse(["--allow-origin", origin]) }
    }

    @Test func headBufferGraceIsTheLimit() throws {
        var limits = Limits()
        try TimeOptions.parse(["--head-buffer-grace", "250ms"]).set(&limits)
        #expect(limits.headBufferGrace == .milliseconds(250))
    }
}
