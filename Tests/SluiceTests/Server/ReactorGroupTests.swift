internal import Logging
internal import Testing
internal import Uring

@testable internal import Sluice

struct ReactorGroupTests {
    private func failure(threads: Int = 1, _ change: (inout Limits) -> Void) -> String {
        var limits = Limits()
        limits.memoryBytes = 0
        change(&limits)
        do throws(ServerError) {
            _ = try ReactorGroup<Ring>(
                count: threads, cpus: 1, limits: limits, routes: Routes(), listener: Socket(descriptor: -1),
                surrenderListener: nil, isUnix: true, setsUpAccepted: true, logger: Logger(label: "test"),
                computeQueue: ComputePool(threads: 0, limit: 1)
            ) { _ throws(RingError) in
                throw RingError(step: .wakeUp, errorNumber: 1)
            }
            return "nothing"
        } catch {
            if case .configuration(let sentence) = error { return sentence }
            return "passed"
        }
    }

    @Test func defaultsPass() {
        #expect(failure { _ in } == "passed")
        #expect(failure(threads: 64) { _ in } == "passed")
        #expect(failure(threads: 1024) { _ in } == "passed")
    }

    @Test func aSettingThatCannotBeMeantIsNamed() {
        for threads in [-1, 0, 1025, .max] {
            #expect(failure(threads: threads) { _ in } == "a server has between 1 and 1024 threads")
        }
        for connections in [0, -1, Token.slotLimit / 2, .max] {
            #expect(
                failure { $0.maxConnections = connections }
                    == "the number of connections is between 1 and 8388607")
        }
        for bytes in [0, 4095, (64 << 20) + 1, .max] {
            #expect(failure { $0.windowBytes = bytes } == "a window has between 4 KiB and 64 MiB")
        }
        for bytes in [0, 3, (1 << 40) + 1] {
            #expect(failure { $0.maxBodyBytes = bytes } == "the body limit is between 4 bytes and 1 TiB")
        }
        #expect(failure { $0.memoryBytes = -1 } == "the memory budget is not negative")
        for bytes in [(1 << 44) + 1, .max] {
            #expect(failure { $0.memoryBytes = bytes } == "the memory budget is too large")
        }
        #expect(failure { $0.headBuffers = 0 } == "a server has at least one head buffer")
        for buffers in [(1 << 25) + 1, .max] {
            #expect(failure { $0.headBuffers = buffers } == "a server has at most 33554432 head buffers")
        }
        #expect(failure { $0.requestsPerConnection = 0 } == "a connection has at least one request")
    }

    /// A time of nothing would end every connection, a negative one means nothing.
    @Test func aTimeThatCannotBeMeantIsNamed() {
        let positive: [(WritableKeyPath<Limits, Duration>, String)] = [
            (\.firstByteTimeout, "first-byte timeout"), (\.idleTimeout, "idle timeout"),
            (\.headTimeout, "head timeout"), (\.bodyPeriod, "body period"),
            (\.responsePeriod, "response period"), (\.drainTimeout, "drain timeout"),
        ]
        for (time, name) in positive {
            for value in [Duration.zero, .milliseconds(-1)] {
                #expect(failure { $0[keyPath: time] = value } == "the \(name) is longer than nothing")
            }
            #expect(failure { $0[keyPath: time] = .nanoseconds(1) } == "passed")
        }
        let notNegative: [(WritableKeyPath<Limits, Duration>, String)] = [
            (\.memoryTimeout, "memory timeout"), (\.drainDelay, "drain delay"),
            (\.stopGrace, "stop grace"), (\.stopDeadline, "stop deadline"),
        ]
        for (time, name) in notNegative {
            #expect(failure { $0[keyPath: time] = .milliseconds(-1) } == "the \(name) is not negative")
            #expect(failure { $0[keyPath: time] = .zero } == "passed")
        }
    }

    @Test func aThreadStaysAwakeForMilliseconds() {
        for time in [Duration.nanoseconds(-1), .milliseconds(11)] {
            #expect(failure { $0.busyTime = time } == "a thread stays awake for 0.01 seconds at most")
        }
        for time in [Duration.zero, .milliseconds(10)] {
            #expect(failure { $0.busyTime = time } == "passed")
        }
    }

    @Test func aTurnIsNotForLong() {
        for time in [Duration.nanoseconds(-1), .milliseconds(1001)] {
            #expect(failure { $0.turnTime = time } == "a turn takes 1.0 seconds at most")
        }
        for time in [Duration.zero, .seconds(1)] {
            #expect(failure { $0.turnTime = time } == "passed")
        }
    }

    @Test func aReceiveBufferIsNoLargerThanCanBeCounted() {
        for bytes in [0, 1 << 30 + 1] {
            let reason = "a receive buffer has between 1 byte and 1 GiB"
            #expect(failure { $0.receiveBufferBytes = bytes } == reason)
        }
        #expect(failure { $0.receiveBufferBytes = 1 << 30 } == "passed")
    }

    @Test func theBytesOfAPeriodAreNamed() {
        #expect(failure { $0.bodyPeriodBytes = 0 } == "a body period brings at least one byte")
        #expect(failure { $0.responsePeriodBytes = 0 } == "a response period takes at least one byte")
        #expect(failure { $0.drainBytes = -1 } == "the bytes to drain are not negative")
    }

    /// A ring's buffer group has at most 32,768 buffers.
    @Test(arguments: [
        (1, 100_000, "a reactor has at most 32768 head buffers"),
        // Slots beyond the share count, too.
        (1, 32_768, "a reactor has at most 32768 head buffers"), (2, 100_000, "passed"),
    ])
    func moreHeadBuffersThanARingTakesAreRefused(threads: Int, connections: Int, outcome: String) {
        let said = failure(threads: threads) {
            $0.headBuffers = 40_000
            $0.maxConnections = connections
        }
        #expect(said == outcome)
    }

    @Test func moreWindowsThanARingTakesAreRefused() {
        let said = failure {
            $0.windowBytes = 4096
            $0.windowBytesPerReactor = 4096 * 32769
        }
        #expect(said == "a reactor has at most 32768 windows")
    }

    @Test(arguments: [(10, 3, 4), (9, 3, 3), (1, 8, 1), (0, 2, 0)])
    func aShareIsRoundedUp(total: Int, count: Int, share: Int) {
        #expect(Limits.share(of: total, among: count) == share)
    }

    @Test func thereIsAlwaysAWindow() {
        var limits = Limits()
        #expect(limits.windowsPerReactor == 1)
        limits.windowBytes = 256 << 10
        #expect(limits.windowsPerReactor == 4)
        limits.windowBytes = 4 << 20
        #expect(limits.windowsPerReactor == 1)
    }
}
