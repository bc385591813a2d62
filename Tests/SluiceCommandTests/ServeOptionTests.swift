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

    @Test func headBufferGraceIsTheLimit() throws {
        var limits = Limits()
        try TimeOptions.parse(["--head-buffer-grace", "250ms"]).set(&limits)
        #expect(limits.headBufferGrace == .milliseconds(250))
    }
}
