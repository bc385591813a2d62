import SimulatedRing

@testable import Sluice

/// All that a seed decides of a storm before it begins.
struct StormPlan {
    let seed: UInt64
    var faults: Faults
    var reactors: Int
    var limits: Limits
    var descriptorLimit: Int
    var receiveWindow: Int
    /// When the server is told to stop; nil: when every client has finished.
    var stopAfter: Duration?
    /// The listening socket is a predecessor's and will be a successor's.
    var sharesListener = false
    var clients: [PlannedClient] = []
    /// No fault breaks a conversation and no limit is short: healthy clients then get exactly what they asked for.
    let isGentle: Bool

    init(seed: UInt64) {
        var generator = SeededGenerator(seed: seed ^ 0x51_0A7E)
        self.seed = seed
        isGentle = generator.chance(0.3)
        faults = Faults.drawn(from: &generator)
        if generator.chance(0.1) { faults = .none }
        reactors = generator.number(in: 1...3)
        limits = Self.limits(isGentle: isGentle, &generator)
        // Beside the listener and a spare descriptor a reactor.
        descriptorLimit = generator.chance(0.3) ? 1 + reactors + generator.number(in: 1...10) : 1024
        receiveWindow = 1 << generator.number(in: 12...18)
        if generator.chance(0.35) {
            stopAfter = generator.duration(in: .zero ... .milliseconds(400))
        }
        sharesListener = generator.chance(0.3)
        if generator.chance(0.3) { limits.drainDelay = generator.duration(in: .zero ... .milliseconds(200)) }
        if isGentle {
            faults.reset = 0
            faults.earlyEnd = 0
            faults.clockJump = 0
            faults.acceptAborted = 0
        }
        for _ in 0..<generator.number(in: 2...12) {
            clients.append(PlannedClient(isGentle: isGentle, limits: limits, &generator))
        }
    }

    private static func limits(isGentle: Bool, _ generator: inout SeededGenerator) -> Limits {
        var limits = Limits()
        limits.maxConnections = isGentle ? 64 : generator.number(in: 1...16)
        limits.requestsPerConnection = generator.chance(0.2) ? generator.number(in: 1...4) : 10_000
        limits.maxBodyBytes = [64 << 10, 200_000, 1 << 20][generator.number(in: 0...2)]
        // Little enough for some to wait, but never less than the largest body and its scratch.
        limits.memoryBytes = [2 << 20, 4 << 20, 6 << 20][generator.number(in: 0...2)]
        if limits.maxBodyBytes == 1 << 20 { limits.memoryBytes = max(limits.memoryBytes, 4 << 20) }
        limits.windowBytes = 4096 << generator.number(in: 0...4)
        limits.windowBytesPerReactor = limits.windowBytes * generator.number(in: 1...2)
        limits.headBuffers = generator.number(in: 1...8)
        limits.keptBodyBytes = generator.number(in: 0...2) * 4096
        limits.receiveBufferBytes = generator.chance(0.3) ? nil : 1 << generator.number(in: 10...18)
        limits.socketMemoryBytes = 1 << generator.number(in: 12...24)
        limits.tunedBodyBytes =
            generator.chance(0.3) ? limits.tunedBodyBytes : generator.number(in: 1...20_000)
        guard !isGentle else {
            limits.headBufferGrace = .seconds(20)
            limits.memoryTimeout = .seconds(20)
            limits.handlerTimeout = .seconds(60)
            limits.stopDeadline = .seconds(600)
            return limits
        }
        func time(_ low: Int, _ high: Int) -> Duration { .milliseconds(generator.number(in: low...high)) }
        limits.firstByteTimeout = time(100, 2000)
        limits.idleTimeout = time(50, 2000)
        limits.headTimeout = time(50, 1000)
        limits.headBufferGrace = time(0, 300)
        limits.bodyPeriod = time(50, 1000)
        limits.bodyPeriodBytes = generator.number(in: 1...4000)
        limits.responsePeriod = time(50, 1000)
        limits.responsePeriodBytes = generator.number(in: 1...4000)
        limits.memoryTimeout = time(10, 300)
        limits.handlerTimeout = time(5, 300)
        limits.drainTimeout = time(10, 500)
        limits.drainBytes = generator.number(in: 1...100_000)
        limits.stopGrace = time(10, 500)
        limits.stopDeadline = time(100, 5000)
        return limits
    }
}
