internal import LoadGenerator
internal import Synchronization

/// All clients at once, each on a thread of its own: they block, and most of them only wait.
struct Crowd {
    private final class Shared: Sendable {
        let isEnding = Atomic(false)
    }

    private let shared = Shared()
    private let threads: [SystemThread]

    /// Lets the clients begin. Each goes on while a turn more would end in time.
    init(at site: Site, seed: UInt64, until end: ContinuousClock.Instant, tallies: Tallies) throws {
        var threads: [SystemThread] = []
        for (kindNumber, kind) in ClientKind.allCases.enumerated() {
            for number in 0..<kind.count {
                // What one client draws does not move another's plan.
                let random = SplitMix64(state: seed &* 1_000_003 &+ UInt64(kindNumber * 1000 + number))
                threads.append(
                    try SystemThread(name: "\(kind)-\(number)") { [shared] in
                        Self.live(kind, at: site, random, until: end, shared, tallies)
                    })
            }
        }
        self.threads = threads
    }

    /// Has none of them begin another turn, and waits until the last has ended.
    func end() {
        shared.isEnding.store(true, ordering: .relaxed)
        for thread in threads { thread.join() }
    }

    private static func live(
        _ kind: ClientKind, at site: Site, _ random: SplitMix64, until end: ContinuousClock.Instant,
        _ shared: Shared, _ tallies: Tallies
    ) {
        var random = random
        var client = kind.client(at: site)
        while ContinuousClock.now + kind.longest <= end, !shared.isEnding.load(ordering: .relaxed) {
            do {
                try client.act(using: &random)
                tallies.count(nil, of: kind)
            } catch {
                tallies.count(Mishap(error, while: kind.rawValue), of: kind)
                // A server that is not there would be asked a hundred thousand times a second.
                client = kind.client(at: site)
                sleep(milliseconds: 50)
            }
        }
    }
}
