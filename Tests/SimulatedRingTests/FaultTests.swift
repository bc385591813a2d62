import Glibc
import SimulatedRing
import Testing
import Uring

/// Each fault, alone and certain, does what its name says.
@Suite struct FaultTests {
    static let group = BufferGroup(id: 0)

    static func always(_ fault: WritableKeyPath<Faults, Double>) -> Faults {
        var faults = Faults.none
        faults[keyPath: fault] = 1
        return faults
    }

    /// What a plain receive of 100 waiting bytes comes to.
    func receive(under fault: WritableKeyPath<Faults, Double>) throws -> Int32 {
        let scene = try Scene()
        let memory = SceneMemory(100)
        let (socket, _) = try scene.connection([.send(pattern(100)), .awaitEnd])
        _ = try scene.take(within: .milliseconds(1))
        scene.kernel.faults = Self.always(fault)
        _ = unsafe scene.ring.receive(on: socket, into: memory.bytes, token: 1)
        return try scene.next().result
    }

    @Test func transfersFail() throws {
        #expect([-EINTR, -EAGAIN].contains(try receive(under: \.interruption)))
        #expect(try receive(under: \.noMemory) == -ENOMEM)
        #expect(try receive(under: \.cancellation) == -ECANCELED)
        #expect((1...99).contains(try receive(under: \.shortReceive)))
        #expect(try receive(under: \.delay) == 100)
    }

    /// What a send at once takes of 100 bytes.
    func sendNow(under fault: WritableKeyPath<Faults, Double>) throws -> Int {
        let scene = try Scene()
        let memory = SceneMemory(100)
        let (socket, client) = try scene.connection([.awaitEnd])
        scene.kernel.faults = Self.always(fault)
        let count = unsafe scene.ring.sendNow(on: socket, from: memory.readOnly)
        _ = try scene.take(within: .milliseconds(1))
        #expect(client.received.count == count)
        #expect(scene.kinds == [])
        return count
    }

    @Test func sendsAtOnceTakeLessOrNothing() throws {
        #expect(try sendNow(under: \.interruption) == 0)
        #expect(try sendNow(under: \.noMemory) == 0)
        #expect((1...100).contains(try sendNow(under: \.shortSend)))
        #expect(try sendNow(under: \.delay) == 100)
    }

    @Test func aSendAtOnceLeavesItToTheNextToTellOfAReset() throws {
        let scene = try Scene()
        let memory = SceneMemory(100)
        let (socket, _) = try scene.connection([.reset])
        _ = try scene.take(within: .milliseconds(1))
        #expect(unsafe scene.ring.sendNow(on: socket, from: memory.readOnly) == 0)
        _ = unsafe scene.ring.send(on: socket, from: memory.readOnly, token: 1)
        #expect(try scene.next() == Completion(token: 1, result: -EPIPE))
    }

    @Test func acceptsFail() throws {
        for (fault, errorNumbers) in [
            (\Faults.acceptNoDescriptors, [EMFILE, ENFILE]), (\.acceptNoMemory, [ENOMEM]),
            (\.acceptAborted, [ECONNABORTED]),
        ] {
            let scene = try Scene(faults: Self.always(fault))
            let client = scene.kernel.connect(to: scene.listener, [.awaitEnd])
            _ = scene.ring.accept(on: scene.listener, token: 1)
            #expect(errorNumbers.contains(try -scene.next().result))
            #expect(client.wasBroken == (errorNumbers == [ECONNABORTED]))
        }
    }

    @Test func aMultishotAcceptEnds() throws {
        let scene = try Scene(faults: Self.always(\.acceptEnds))
        scene.kernel.connect(to: scene.listener, [.awaitEnd])
        _ = scene.ring.accept(on: scene.listener, token: 1)
        let completion = try scene.next()
        #expect(completion.result >= 0)
        #expect(!completion.hasMore)
    }

    @Test func aGroupLooksEmptyOrGivesABufferForNothing() throws {
        let scene = try Scene()
        let memory = SceneMemory(64)
        try unsafe scene.ring.register(
            Self.group, base: memory.bytes.baseAddress!, size: 64, count: 1)
        let (socket, _) = try scene.connection([.send([1]), .halfClose, .awaitEnd])
        _ = try scene.take(within: .milliseconds(1))
        scene.kernel.faults.noBuffers = 1
        _ = scene.ring.receive(on: socket, from: Self.group, limit: 64, token: 1)
        #expect(try scene.next() == Completion(token: 1, result: -ENOBUFS))
        scene.kernel.faults = Self.always(\.bufferWithoutData)
        for expected in [Int32(1), 0] {
            _ = scene.ring.receive(on: socket, from: Self.group, limit: 64, token: 1)
            let completion = try scene.next()
            #expect(completion.result == expected)
            #expect(completion.bufferID == 0)
            scene.ring.provide(0, to: Self.group)
        }
        #expect(scene.kinds == [])
    }

    @Test func aCancellationComesTooLate() throws {
        let scene = try Scene(faults: Self.always(\.cancelLosesRace))
        let memory = SceneMemory(100)
        let (socket, _) = try scene.connection([.pause(.milliseconds(1)), .send(pattern(10)), .awaitEnd])
        // Below the mark, so the receive waits; the cancellation comes, and the data all the same.
        _ = try scene.take(within: .milliseconds(5))
        scene.ring.setReceiveLowWaterMark(of: socket, to: 10)
        _ = unsafe scene.ring.receive(on: socket, into: memory.bytes, token: 1)
        _ = scene.ring.cancel(1, token: 2)
        let taken = try scene.take().sorted { $0.token < $1.token }
        #expect(taken.map(\.result) == [10, -ENOENT])
        // Nothing is there: it ends by itself, later.
        scene.ring.setReceiveLowWaterMark(of: socket, to: 1)
        _ = unsafe scene.ring.receive(on: socket, into: memory.bytes, token: 1)
        _ = scene.ring.cancel(1, token: 2)
        #expect(try scene.next() == Completion(token: 2, result: -EALREADY))
        #expect(try scene.next() == Completion(token: 1, result: -ECANCELED))
    }

    @Test func theCompletionQueueOverflowsAndNothingIsLost() throws {
        let scene = try Scene()
        for _ in 0..<3 { scene.kernel.connect(to: scene.listener, [.awaitEnd]) }
        _ = scene.ring.accept(on: scene.listener, token: 1)
        for token in UInt64(10)...12 { _ = scene.ring.cancel(0, token: token) }
        scene.kernel.faults.completionQueueOverflow = 1
        var taken: [Completion] = []
        while taken.count < 4 { taken.append(try scene.next()) }
        #expect(taken.prefix(3).map(\.token) == [10, 11, 12])
        // A multishot operation ends with what does not fit.
        #expect(taken[3].token == 1 && taken[3].result > 0 && !taken[3].hasMore)
        #expect(scene.ring.counters.overflows >= 2)
        #expect(scene.kinds == [])
    }

    @Test func thereIsNoSpareDescriptor() throws {
        let scene = try Scene(faults: Self.always(\.acceptNoDescriptors))
        let none = scene.ring.openSpare()
        scene.kernel.faults = .none
        scene.kernel.descriptorLimit = 2
        let spare = scene.ring.openSpare()
        let second = scene.ring.openSpare()
        #expect(none == nil && second == nil)
        scene.ring.closeNow(try #require(spare))
        #expect(scene.kernel.openDescriptorCount == 1)
        #expect(scene.kinds == [])
    }

    @Test func theSubmissionQueueIsFull() throws {
        let scene = try Scene(faults: Self.always(\.submissionQueueFull))
        let isQueued = scene.ring.awaitWake(token: 1)
        #expect(!isQueued)
        #expect(scene.ring.inFlightCount == 0)
    }

    @Test func theClockJumpsAndTurnsAreIdle() throws {
        let scene = try Scene(faults: Self.always(\.clockJump))
        let begin = scene.ring.now
        try scene.ring.submitAndWait(until: begin)
        #expect(scene.ring.now > begin)
        scene.kernel.faults = Self.always(\.idleTurn)
        try scene.ring.submitAndWait(until: .distantFuture)
        #expect(scene.ring.nextCompletion() == nil)
    }

    @Test func thePeerBreaksOff() throws {
        for fault in [\Faults.reset, \.earlyEnd] {
            let scene = try Scene(faults: Self.always(fault))
            let memory = SceneMemory(100)
            let (socket, client) = try scene.connection([.send(pattern(100)), .awaitBytes(1)])
            _ = unsafe scene.ring.receive(on: socket, into: memory.bytes, token: 1)
            let result = try scene.next().result
            #expect(fault == \.reset ? result == -ECONNRESET : (0...100).contains(result))
            #expect(client.wasBroken && client.isFinished && !client.didEverything)
        }
    }

    @Test func completionsOvertakeEachOther() throws {
        let scene = try Scene(seed: 3, faults: Self.always(\.reordering))
        for token in UInt64(1)...20 { _ = scene.ring.cancel(0, token: token) }
        let tokens = try scene.take().map(\.token)
        #expect(tokens != Array(1...20))
        #expect(tokens.sorted() == Array(1...20))
    }
}
