import SimulatedRing
import Testing
import Uring

/// A canary for every kind of violation: each test does one thing that a server must not, and it is found.
@Suite struct MisuseTests {
    typealias Canary = @Sendable (borrowing Scene, borrowing SceneMemory) throws -> Void

    static let canaries: [Violation.Kind: Canary] = [
        .secondReceive: { scene, memory in
            let (socket, _) = try scene.connection([.pause(.seconds(9))])
            _ = unsafe scene.ring.receive(on: socket, into: part(memory, 0), token: 1)
            _ = unsafe scene.ring.receive(on: socket, into: part(memory, 1), token: 2)
            try endAll(scene, 1, 2)
        },
        .secondSend: { scene, memory in
            let (socket, _) = try scene.connection([.awaitBytes(128)])
            _ = unsafe scene.ring.send(on: socket, from: UnsafeRawBufferPointer(part(memory, 0)), token: 1)
            _ = unsafe scene.ring.send(on: socket, from: UnsafeRawBufferPointer(part(memory, 1)), token: 2)
            _ = try scene.take()
        },
        .secondWatch: { scene, memory in
            let (socket, _) = try scene.connection([.pause(.milliseconds(5))])
            _ = scene.ring.watch(socket, token: 1)
            _ = scene.ring.watch(socket, token: 2)
            _ = try scene.take()
            try endAll(scene, 1, 2)
        },
        .sendMemoryAltered: { scene, memory in
            let (socket, _) = try scene.connection([.awaitBytes(64)])
            _ = unsafe scene.ring.send(on: socket, from: UnsafeRawBufferPointer(part(memory, 0)), token: 1)
            try scene.ring.submitAndWait(until: scene.ring.now)
            memory.set(3, to: 77)
            _ = try scene.take()
        },
        .receiveMemoryAltered: { scene, memory in
            let (socket, _) = try scene.connection([.pause(.milliseconds(1)), .send([1])])
            _ = unsafe scene.ring.receive(on: socket, into: part(memory, 0), token: 1)
            memory.set(3, to: 77)
            _ = try scene.take()
        },
        .freeBufferAltered: { scene, memory in
            let (socket, _) = try scene.connection([.send([1])])
            try unsafe scene.ring.register(group, base: memory.bytes.baseAddress!, size: 64, count: 1)
            memory.set(3, to: 77)
            _ = scene.ring.receive(on: socket, from: group, limit: 64, token: 1)
            _ = try scene.take()
        },
        .bufferProvidedTwice: { scene, memory in
            try unsafe scene.ring.register(group, base: memory.bytes.baseAddress!, size: 64, count: 1)
            scene.ring.provide(0, to: group)
        },
        .bufferProvidedTooEarly: { scene, memory in
            let (socket, _) = try scene.connection([.send([1]), .awaitEnd])
            try unsafe scene.ring.register(group, base: memory.bytes.baseAddress!, size: 64, count: 1)
            _ = scene.ring.receive(on: socket, from: group, limit: 64, token: 1)
            // The receive has happened; its completion has not been looked at.
            try scene.ring.submitAndWait(until: .distantFuture)
            while scene.ring.freeBufferCount(of: group) > 0 {
                try scene.ring.submitAndWait(until: .distantFuture)
            }
            scene.ring.provide(0, to: group)
            _ = scene.ring.nextCompletion()
        },
        .unknownBuffer: { scene, memory in
            try unsafe scene.ring.register(group, base: memory.bytes.baseAddress!, size: 64, count: 1)
            scene.ring.provide(1, to: group)
        },
        .memoryOverlap: { scene, memory in
            let (first, _) = try scene.connection([.pause(.seconds(9))])
            let (second, _) = try scene.connection([.pause(.seconds(9))])
            _ = unsafe scene.ring.receive(on: first, into: part(memory, 0), token: 1)
            let overlapping = unsafe UnsafeMutableRawBufferPointer(rebasing: memory.bytes[63..<80])
            _ = unsafe scene.ring.receive(on: second, into: overlapping, token: 2)
            try endAll(scene, 1, 2)
        },
        .closedDescriptor: { scene, memory in
            let (socket, _) = try scene.connection([.awaitEnd])
            _ = scene.ring.close(socket, token: 1)
            _ = unsafe scene.ring.receive(on: socket, into: part(memory, 0), token: 2)
            #expect(try scene.take().first { $0.token == 2 }?.errorNumber == 9)
        },
        .closeInFlight: { scene, memory in
            let (socket, _) = try scene.connection([.pause(.seconds(9))])
            _ = unsafe scene.ring.receive(on: socket, into: part(memory, 0), token: 1)
            scene.ring.shutdown(socket)
            // Shut down and as good as over, but its completion has not been taken.
            _ = scene.ring.close(socket, token: 2)
            _ = try scene.take()
        },
        .closedTwice: { scene, _ in
            let (socket, _) = try scene.connection([.awaitEnd])
            _ = scene.ring.close(socket, token: 1)
            scene.ring.closeNow(socket)
            _ = try scene.take()
        },
        .lowWaterMarkTooHigh: { scene, memory in
            let (socket, _) = try scene.connection([.send(pattern(40)), .awaitBytes(1)])
            scene.ring.setReceiveLowWaterMark(of: socket, to: 41)
            _ = unsafe scene.ring.receive(on: socket, into: part(memory, 0), token: 1)
            try endAll(scene, 1)
        },
        .tokenReused: { scene, memory in
            let (first, _) = try scene.connection([.pause(.seconds(9))])
            let (second, _) = try scene.connection([.pause(.seconds(9))])
            _ = unsafe scene.ring.receive(on: first, into: part(memory, 0), token: 1)
            _ = unsafe scene.ring.receive(on: second, into: part(memory, 1), token: 1)
            scene.ring.shutdown(first)
            scene.ring.shutdown(second)
            _ = try scene.take()
        },
        .usedBeforeEnable: { scene, _ in
            let ring = SimulatedRing(scene.kernel)
            #expect(throws: RingError(step: .enter, errorNumber: 77)) {
                try ring.submitAndWait(until: .distantFuture)
            }
        },
        .emptyOperation: { scene, memory in
            let (socket, _) = try scene.connection([.send([1]), .awaitEnd])
            _ = unsafe scene.ring.receive(
                on: socket, into: UnsafeMutableRawBufferPointer(rebasing: memory.bytes[0..<0]), token: 1)
            _ = try scene.take()
        },
        .ringGoneInFlight: { scene, memory in
            let (socket, _) = try scene.connection([.pause(.seconds(9))])
            let ring = SimulatedRing(scene.kernel)
            try ring.enable()
            _ = unsafe ring.receive(on: socket, into: part(memory, 0), token: 1)
        },
        .stall: { scene, memory in
            let (socket, _) = try scene.connection([.awaitEnd])
            _ = unsafe scene.ring.receive(on: socket, into: part(memory, 0), token: 1)
            #expect(throws: RingError(step: .enter, errorNumber: 35)) {
                for _ in 0..<10 { try scene.ring.submitAndWait(until: .distantFuture) }
            }
            try endAll(scene, 1)
        },
    ]

    static let group = BufferGroup(id: 0)

    /// Sixty-four bytes of the test's memory.
    private static func part(_ memory: borrowing SceneMemory, _ index: Int)
        -> UnsafeMutableRawBufferPointer
    {
        unsafe UnsafeMutableRawBufferPointer(rebasing: memory.bytes[64 * index..<64 * index + 64])
    }

    /// So that the canary sings once: what is left in flight would be found too.
    private static func endAll(_ scene: borrowing Scene, _ tokens: UInt64...) throws {
        for token in tokens { _ = scene.ring.cancel(token, token: 800 + token) }
        _ = try scene.take()
    }

    @Test func everyKindHasItsCanary() {
        #expect(Set(Self.canaries.keys) == Set(Violation.Kind.allCases))
    }

    @Test(arguments: Violation.Kind.allCases) func isFound(kind: Violation.Kind) throws {
        let canary = try #require(Self.canaries[kind])
        let scene = try Scene()
        let memory = SceneMemory(1024)
        try canary(scene, memory)
        #expect(scene.kinds == [kind], "\(scene.kernel.violations)")
        #expect(scene.kernel.violations.allSatisfy { !$0.description.isEmpty })
    }

    @Test func aSendAtOnceBesideAnotherIsASecondSend() throws {
        let scene = try Scene()
        let memory = SceneMemory(128)
        let (socket, _) = try scene.connection([.awaitBytes(128)])
        _ = unsafe scene.ring.send(on: socket, from: UnsafeRawBufferPointer(Self.part(memory, 0)), token: 1)
        _ = unsafe scene.ring.sendNow(on: socket, from: UnsafeRawBufferPointer(Self.part(memory, 1)))
        #expect(scene.kinds == [.secondSend])
        _ = try scene.take()
    }

    @Test func aReceiveIntoAFreeBufferIsAnOverlap() throws {
        let scene = try Scene()
        let memory = SceneMemory(1024)
        let (socket, _) = try scene.connection([.pause(.seconds(9))])
        try unsafe scene.ring.register(
            Self.group, base: memory.bytes.baseAddress!, size: 64, count: 2)
        _ = unsafe scene.ring.receive(on: socket, into: Self.part(memory, 1), token: 1)
        #expect(scene.kinds.first == .memoryOverlap)
        scene.ring.shutdown(socket)
        _ = try scene.take()
    }

    @Test func aBufferGivenBackIsPoisoned() throws {
        let scene = try Scene()
        let memory = SceneMemory(64)
        try unsafe scene.ring.register(
            Self.group, base: memory.bytes.baseAddress!, size: 64, count: 1)
        let (socket, _) = try scene.connection([.send(pattern(64)), .awaitEnd])
        _ = scene.ring.receive(on: socket, from: Self.group, limit: 64, token: 1)
        let completion = try #require(try scene.take().first)
        #expect(
            memory.contents(0..<Int(completion.result)) == Array(pattern(64).prefix(Int(completion.result))))
        scene.ring.provide(0, to: Self.group)
        #expect(memory.contents(0..<64) == [UInt8](repeating: 0xA5, count: 64))
    }

    @Test func aMarkIsLegalUpToWhatIsPromised() throws {
        let scene = try Scene()
        let memory = SceneMemory(64)
        let (socket, client) = try scene.connection([.send(pattern(40)), .awaitBytes(1)])
        client.bytesWithheld = 10
        scene.ring.setReceiveLowWaterMark(of: socket, to: 50)
        _ = unsafe scene.ring.receive(on: socket, into: memory.bytes, token: 1)
        #expect(try scene.take().isEmpty)
        #expect(scene.kinds == [])
        scene.ring.shutdown(socket)
        #expect(try scene.take().map(\.result) == [40])
    }

    @Test func aViolationCanTrap() async {
        await #expect(processExitsWith: .failure) {
            let kernel = SimulatedKernel(seed: 1)
            kernel.trapsOnViolation = true
            SimulatedRing(kernel).closeNow(Socket(descriptor: 5))
        }
    }

    @Test func driveStopsAtTheFirstViolation() throws {
        let kernel = SimulatedKernel(seed: 77)
        let failure = #expect(throws: SimulationFailure.self) {
            try kernel.drive(until: { false }) {
                SimulatedRing(kernel).closeNow(Socket(descriptor: 5))
            }
        }
        #expect(failure?.violations.map(\.kind) == [.closedTwice])
        #expect(failure?.description.contains("seed 77") == true)
    }

    @Test func driveHasLimits() throws {
        let kernel = SimulatedKernel(seed: 1)
        #expect(throws: SimulationFailure.self) { try kernel.drive(turnLimit: 10, until: { false }) {} }
        #expect(throws: SimulationFailure.self) {
            try kernel.drive(timeLimit: .seconds(1), until: { false }) {
                let ring = SimulatedRing(kernel)
                try ring.enable()
                try ring.submitAndWait(until: ring.now.advanced(by: .milliseconds(300)))
            }
        }
        #expect(kernel.now < MonotonicInstant(nanoseconds: 3_000_000_000))
    }
}
