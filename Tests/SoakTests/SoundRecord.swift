import LoadGenerator

@testable import Soak

extension Sample {
    /// A look at a server that holds.
    static func sound(at seconds: Double) -> Sample {
        var counters = Counters()
        counters.headBuffersFree = 1000
        counters.windowsFree = 4
        counters.connectionsOpen = 70
        counters.responses = [Int(seconds) * 100, 0, Int(seconds) * 10, 0]
        return Sample(
            seconds: seconds, residentBytes: 800_000_000, peakBytes: 900_000_000, tcpBytes: 5_000_000,
            descriptors: 90, threads: 6, reactors: 2, kernelWorkers: 0, counters: counters,
            latency: Latency(p50: 0.001, p99: 0.005, longest: 0.01))
    }
}

extension RestState {
    static let sound = RestState(
        descriptors: 20, connectionsOpen: 1, bodiesInFlight: 0, headBuffersFree: 1024, windowsFree: 4,
        leasedBytes: 0)
}

extension SoakRecord {
    /// A minute in which everything went as it must.
    static var sound: SoakRecord {
        var healthy = HealthyClient.Record()
        healthy.right = 2900
        healthy.latencies.record(nanoseconds: 1_000_000)
        var record = SoakRecord(
            duration: 60, samples: (1...60).map { .sound(at: Double($0)) }, baseline: .sound,
            baselineThreads: 6, reactors: 2, healthy: healthy,
            ending: Ending(livedToTheEnd: true, exitCode: 0, criticalLines: 0))
        for kind in ClientKind.allCases where kind.longest <= .seconds(60) {
            record.tallies[kind] = Tally(good: 100)
        }
        var rest = Sample.sound(at: 61)
        rest.descriptors = 20
        rest.counters = Sample.Counters(
            connectionsOpen: 1, headBuffersFree: 1024, windowsFree: 4, responses: [6000, 0, 600, 0])
        rest.latency = nil
        record.afterwards = [rest]
        return record
    }
}
