internal import CLoadPlatform
internal import CPlatform

/// How far the cores of this machine are from each other, looked at now and then.
///
/// A virtual machine cannot know which of its cores share a cache, nor that its host moves them: within a second the same two
/// may be a round trip of 70 ns apart and one of 340, and a client and its server a third slower. Figures of such a
/// machine mean little without this one.
public struct CoreDistances: Sendable {
    /// The longest way of each look from the first core to another and back, in seconds; empty with a single core.
    public private(set) var roundTrips: [Double] = []

    /// No look yet.
    public init() {}

    init(roundTrips: [Double]) { self.roundTrips = roundTrips }

    /// How many cores are looked at beside the first, spread over all of them, the last included: 2 ms each.
    private static let mostOthers = 7

    /// Looks once, on a thread of its own. Nothing else should run meanwhile.
    public mutating func look() throws {
        let cpus = Self.allowedCPUs
        guard let first = cpus.first, cpus.count > 1 else { return }
        let longest = Longest()
        // It stays where it is put, and the caller does not.
        try SystemThread(name: "core-distance") {
            for other in Self.spread(cpus.dropFirst()) {
                longest.seconds = max(longest.seconds, load_core_round_trip(first, other))
            }
        }.join()
        if longest.seconds > 0 { roundTrips.append(longest.seconds) }
    }

    /// Written by one thread, and read when that has ended.
    private final class Longest: @unchecked Sendable {
        var seconds = -1.0
    }

    static func spread(_ others: some RandomAccessCollection<Int32>) -> [Int32] {
        let others = Array(others)
        guard others.count > mostOthers else { return others }
        return (1...mostOthers).map { others[others.count * $0 / mostOthers - 1] }
    }

    private static var allowedCPUs: [Int32] {
        var cpus = [Int32](repeating: 0, count: Int(sluice_available_cpus()))
        let found = unsafe sluice_get_affinity(&cpus, Int32(cpus.count))
        return Array(cpus.prefix(Int(max(0, found))))
    }

    /// For people; nil where there was nothing to look at.
    public var text: String? {
        guard let spread else { return nil }
        func nanoseconds(_ seconds: Double) -> Int { Int((seconds * 1e9).rounded()) }
        let range = "\(nanoseconds(spread.minimum))–\(nanoseconds(spread.maximum))"
        let median = "from core to core and back in \(nanoseconds(spread.median)) ns"
        guard roundTrips.count > 1 else { return median }
        let looks = "\(median) (\(range) in \(roundTrips.count) looks)"
        return hasMoved ? looks + ": as if a host had moved them" : looks
    }

    /// Over the looks; nil where there was none.
    public var spread: Spread? { Spread(roundTrips) }

    /// Whether the longest is more than 2.5 times the shortest: in the one look they shared a cache or a core, and in the
    /// other they did not, as far as nothing else kept them busy.
    public var hasMoved: Bool {
        guard let spread else { return false }
        return spread.maximum > 2.5 * spread.minimum
    }
}
