import Glibc
import SimulatedRing
import Testing
import Uring

/// A whole server over the simulated ring.
@Suite struct EchoTests {
    /// What a run has come to.
    struct Outcome: Equatable {
        var hash: UInt64
        var answered = 0
        var broken = 0
        var turns = 0
    }

    /// Runs twelve clients against `reactorCount` reactors and checks all that must always hold.
    func run(seed: UInt64, faults: Faults, reactorCount: Int = 1) throws -> Outcome {
        let kernel = SimulatedKernel(seed: seed, faults: faults)
        let listener = kernel.listen()
        let reactors = try (0..<reactorCount).map { number in
            try EchoReactor(
                SimulatedRing(kernel, submissionEntries: 4), listener: number == 0 ? listener : nil)
        }
        if reactorCount > 1 { reactors[0].neighbour = reactors[1] }
        var words: [[UInt8]] = []
        for number in 0..<12 {
            let word = pattern(1 + number * 300)
            words.append(word)
            let ways: [[ClientStep]] = [
                [.send(word), .awaitBytes(word.count), .send(word), .awaitBytes(word.count)],
                [
                    .sendPieces(word, sizes: 1...400, gaps: .zero ... .milliseconds(2)),
                    .awaitBytes(word.count),
                ],
                [.read(.slow(bytes: 50, every: .microseconds(300))), .send(word), .awaitBytes(word.count)],
                [.send(word), .halfClose, .awaitBytes(word.count), .awaitEnd],
            ]
            let client = kernel.connect(
                to: listener, after: .microseconds(700 * number), ways[number % ways.count])
            client.window = 700
        }
        try kernel.drive(
            until: { kernel.clientsAreFinished && reactors.allSatisfy { $0.connectionCount == 0 } }
        ) {
            for reactor in reactors { try reactor.runTurn() }
        }
        var outcome = Outcome(hash: kernel.traceHash, turns: reactors.map(\.turns).reduce(0, +))
        for client in kernel.clients {
            #expect(client.didEverything || client.wasBroken, "\(client.whereabouts), seed \(seed)")
            for message in client.messages { #expect(message == words[client.number], "seed \(seed)") }
            if client.didEverything { outcome.answered += 1 }
            if client.wasBroken { outcome.broken += 1 }
        }
        #expect(kernel.openDescriptorCount == 1, "seed \(seed)")
        for reactor in reactors {
            #expect(reactor.ring.freeBufferCount(of: reactor.group) == reactor.bufferCount, "seed \(seed)")
        }
        reactors[0].neighbour = nil
        return outcome
    }

    @Test(arguments: [1, 2]) func answersEveryoneOnAPerfectDay(reactorCount: Int) throws {
        let outcome = try run(seed: 1, faults: .none, reactorCount: reactorCount)
        #expect(outcome.answered == 12)
        #expect(outcome.broken == 0)
    }

    @Test func theSameSeedIsTheSameRun() throws {
        for seed in UInt64(1)...5 {
            let first = try run(seed: seed, faults: .storm, reactorCount: 2)
            #expect(try run(seed: seed, faults: .storm, reactorCount: 2) == first)
        }
    }

    @Test func anotherSeedIsAnotherRun() throws {
        let hashes = try (UInt64(1)...20).map { try run(seed: $0, faults: .storm).hash }
        #expect(Set(hashes).count == 20)
        // Without faults the seed still cuts the streams.
        let calm = try (UInt64(1)...5).map { try run(seed: $0, faults: .none).hash }
        #expect(Set(calm).count == 5)
    }

    @Test(arguments: [1, 2]) func survivesStorms(reactorCount: Int) throws {
        var answered = 0
        var broken = 0
        for seed in UInt64(1)...100 {
            let outcome = try run(seed: seed, faults: .storm, reactorCount: reactorCount)
            answered += outcome.answered
            broken += outcome.broken
        }
        // A storm that lets nobody through, or breaks nobody, tests nothing.
        #expect(answered > 400)
        #expect(broken > 50)
    }

    @Test func survivesSwarms() throws {
        for seed in UInt64(1)...200 {
            var generator = SeededGenerator(seed: seed)
            _ = try run(seed: seed, faults: .drawn(from: &generator), reactorCount: Int(seed % 2) + 1)
        }
    }

    @Test func nothingOutlivesARun() throws {
        weak var kernel: SimulatedKernel?
        do {
            let made = SimulatedKernel(seed: 1)
            kernel = made
            let listener = made.listen()
            let reactor = try EchoReactor(SimulatedRing(made), listener: listener)
            made.connect(to: listener, [.send(pattern(10)), .awaitBytes(10), .awaitEnd])
            made.after(.seconds(900)) { _ in }
            for _ in 0..<20 where made.clients[0].messages.isEmpty { try reactor.runTurn() }
            #expect(made.clients[0].messages == [pattern(10)])
        }
        #expect(kernel == nil)
    }

    /// The same server on the real ring: the two worlds agree.
    @Test func theRealRingRunsItToo() throws {
        var pair: [Int32] = [0, 0]
        try #require(unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair) == 0)
        let reactor = try EchoReactor(Ring(RingSetUp(submissionEntries: 8)), listener: nil)
        let word = pattern(3000)
        #expect(unsafe write(pair[1], word, word.count) == word.count)
        #expect(shutdown(pair[1], Int32(SHUT_WR)) == 0)
        reactor.inbox = [Socket(descriptor: pair[0])]
        repeat { try reactor.runTurn() } while reactor.connectionCount > 0
        var echo = [UInt8](repeating: 0, count: 4000)
        #expect(unsafe recv(pair[1], &echo, 4000, Int32(MSG_WAITALL)) == word.count)
        #expect(Array(echo.prefix(word.count)) == word)
        close(pair[1])
    }
}
