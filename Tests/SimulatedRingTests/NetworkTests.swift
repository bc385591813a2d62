import Glibc
import SimulatedRing
import Testing
import Uring

/// The simulated network does what Linux does, as `UringTests` has found it.
@Suite struct NetworkTests {
    @Test func bytesArriveAfterTheLatencyAndInOrder() throws {
        let scene = try Scene()
        let memory = SceneMemory(200_000)
        let begin = scene.ring.now
        let (socket, _) = try scene.connection([.send(pattern(200_000)), .awaitEnd])
        #expect(begin.duration(until: scene.ring.now) == .microseconds(100))
        scene.ring.setReceiveLowWaterMark(of: socket, to: 200_000)
        _ = unsafe scene.ring.receive(on: socket, into: memory.bytes, token: 1)
        #expect(try scene.next().result == 200_000)
        #expect(memory.contents(0..<200_000) == pattern(200_000))
        #expect(scene.kinds == [])
    }

    @Test func aServerThatDoesNotReadHoldsTheClientBack() throws {
        let scene = try Scene()
        scene.kernel.receiveWindow = 1000
        let (socket, client) = try scene.connection([.send(pattern(5000)), .perform { _ in }, .awaitEnd])
        #expect(try scene.take().isEmpty)
        #expect(scene.ring.unreadByteCount(of: socket) == 1000)
        #expect(client.whereabouts.contains("step 0"))
        let memory = SceneMemory(5000)
        var received: [UInt8] = []
        while received.count < 5000 {
            _ = unsafe scene.ring.receive(on: socket, into: memory.bytes, token: 1)
            received += memory.contents(0..<Int(try scene.next().result))
        }
        #expect(received == pattern(5000))
    }

    @Test func theLowWaterMarkDelaysAndItsLoweringReleases() throws {
        let scene = try Scene()
        let memory = SceneMemory(1000)
        let (socket, _) = try scene.connection([
            .send(pattern(500)), .pause(.seconds(2)), .send(pattern(500)), .awaitEnd,
        ])
        scene.ring.setReceiveLowWaterMark(of: socket, to: 1000)
        _ = unsafe scene.ring.receive(on: socket, into: memory.bytes, token: 1)
        #expect(try scene.take(within: .milliseconds(500)).isEmpty)
        #expect(scene.ring.unreadByteCount(of: socket) == 500)
        scene.ring.setReceiveLowWaterMark(of: socket, to: 1)
        #expect(try scene.take(within: .milliseconds(500)).map(\.result) == [500])
        scene.ring.setReceiveLowWaterMark(of: socket, to: 501)
        #expect(scene.kinds == [])
    }

    @Test func atOnceTakesWhatIsThereBelowTheMark() throws {
        let scene = try Scene()
        let memory = SceneMemory(1000)
        let (socket, _) = try scene.connection([
            .send(pattern(500)), .pause(.seconds(2)), .send(pattern(1000)), .awaitEnd,
        ])
        scene.ring.setReceiveLowWaterMark(of: socket, to: 1000)
        _ = unsafe scene.ring.receive(on: socket, into: memory.bytes, token: 1)
        #expect(try scene.take(within: .milliseconds(500)).isEmpty)
        _ = scene.ring.cancel(1, token: 2)
        _ = try scene.take(within: .milliseconds(1))
        _ = unsafe scene.ring.receive(on: socket, into: memory.bytes, token: 3, start: .atOnce)
        #expect(try scene.take(within: .milliseconds(1)).map(\.result) == [500])
        // With nothing there it waits as the other.
        _ = unsafe scene.ring.receive(on: socket, into: memory.bytes, token: 4, start: .atOnce)
        #expect(try scene.take(within: .milliseconds(500)).isEmpty)
        #expect(try scene.next().result == 1000)
    }

    @Test func theEndComesBelowTheMarkAndThenAsZero() throws {
        let scene = try Scene()
        let memory = SceneMemory(1000)
        let (socket, _) = try scene.connection([.send(pattern(500)), .halfClose, .awaitEnd])
        scene.ring.setReceiveLowWaterMark(of: socket, to: 1000)
        _ = unsafe scene.ring.receive(on: socket, into: memory.bytes, token: 1)
        #expect(try scene.take().map(\.result) == [500])
        _ = unsafe scene.ring.receive(on: socket, into: memory.bytes, token: 1)
        #expect(try scene.take().map(\.result) == [0])
    }

    @Test func aResetIsToldOnceAndAfterTheData() throws {
        let scene = try Scene()
        let memory = SceneMemory(1000)
        let (socket, _) = try scene.connection([.send(pattern(500)), .reset])
        _ = try scene.take()
        _ = unsafe scene.ring.receive(on: socket, into: memory.bytes, token: 1)
        #expect(try scene.take().map(\.result) == [500])
        _ = unsafe scene.ring.receive(on: socket, into: memory.bytes, token: 1)
        #expect(try scene.take().map(\.result) == [-ECONNRESET])
        _ = unsafe scene.ring.receive(on: socket, into: memory.bytes, token: 1)
        #expect(try scene.take().map(\.result) == [0])
        _ = unsafe scene.ring.send(on: socket, from: memory.readOnly, token: 2)
        #expect(try scene.take().map(\.result) == [-EPIPE])
    }

    @Test func aSlowReaderMakesSendsShortAndThenWait() throws {
        let scene = try Scene()
        let memory = SceneMemory(1000)
        let (socket, client) = try scene.connection([
            .read(.stopped), .pause(.seconds(2)), .read(.slow(bytes: 100, every: .milliseconds(10))),
            .awaitBytes(700),
        ])
        client.window = 600
        _ = unsafe scene.ring.send(on: socket, from: memory.readOnly, token: 1)
        #expect(try scene.take(within: .milliseconds(500)).map(\.result) == [600])
        _ = unsafe scene.ring.send(on: socket, from: memory.readOnly, token: 1)
        #expect(try scene.take(within: .milliseconds(500)).isEmpty)
        #expect(client.received.isEmpty)
        #expect(try scene.take(within: .seconds(2)).map(\.result) == [100])
        #expect(client.isFinished && client.didEverything)
    }

    @Test func closingOnUnreadBytesResetsTheClientAndLosesTheAnswer() throws {
        let scene = try Scene()
        let memory = SceneMemory(10)
        let (socket, client) = try scene.connection([
            .read(.slow(bytes: 10, every: .milliseconds(5))), .send(pattern(500)), .awaitBytes(10),
        ])
        _ = try scene.take(within: .milliseconds(1))
        _ = unsafe scene.ring.send(on: socket, from: memory.readOnly, token: 1)
        #expect(try scene.next().result == 10)
        scene.ring.closeNow(socket)
        #expect(try scene.take().isEmpty)
        #expect(client.wasReset && client.messages.isEmpty)
        #expect(scene.kernel.openDescriptorCount == 1)
    }

    @Test func aCloseThatIsToResetIsNoEndForTheClient() throws {
        let scene = try Scene()
        let memory = SceneMemory(10)
        let (socket, client) = try scene.connection([.awaitEnd])
        _ = unsafe scene.ring.send(on: socket, from: memory.readOnly, token: 1)
        #expect(try scene.next().result == 10)
        scene.ring.resetOnClose(socket)
        scene.ring.closeNow(socket)
        _ = try scene.take()
        #expect(client.wasReset && !client.sawEnd)
        #expect(scene.kernel.openDescriptorCount == 1)
    }

    @Test func aHalfCloseByTheServerIsSeenAfterTheBytes() throws {
        let scene = try Scene()
        let memory = SceneMemory(10)
        let (socket, client) = try scene.connection([.awaitBytes(10), .awaitEnd])
        _ = unsafe scene.ring.send(on: socket, from: memory.readOnly, token: 1)
        #expect(try scene.take(within: .microseconds(1)).map(\.result) == [10])
        scene.ring.shutdownWrites(of: socket)
        #expect(!client.sawEnd)
        _ = try scene.take()
        #expect(client.didEverything && client.sawEnd && !client.wasReset)
        _ = unsafe scene.ring.send(on: socket, from: memory.readOnly, token: 1)
        #expect(try scene.take().map(\.result) == [-EPIPE])
    }

    @Test func sendingToAClientThatHasGoneIsAReset() throws {
        let scene = try Scene()
        let memory = SceneMemory(10)
        let (socket, _) = try scene.connection([.close])
        _ = try scene.take()
        _ = unsafe scene.ring.send(on: socket, from: memory.readOnly, token: 1)
        #expect(try scene.take().map(\.result) == [10])
        _ = unsafe scene.ring.send(on: socket, from: memory.readOnly, token: 1)
        #expect(try scene.take().map(\.result) == [-ECONNRESET])
    }

    @Test func nobodyListensAtAClosedListener() throws {
        let scene = try Scene()
        scene.ring.closeNow(scene.listener)
        let client = scene.kernel.connect(to: scene.listener, [.awaitBytes(1)])
        _ = try scene.take()
        #expect(client.wasReset && !client.didEverything)
    }

    @Test func descriptorsRunOutAndTheLowestIsGivenAgain() throws {
        let scene = try Scene()
        scene.kernel.descriptorLimit = 3
        let clients = (0..<3).map { _ in scene.kernel.connect(to: scene.listener, [.awaitEnd]) }
        _ = scene.ring.accept(on: scene.listener, token: 1)
        let accepted = try scene.take()
        #expect(accepted.map(\.hasMore) == [true, true, false])
        #expect(accepted.last?.errorNumber == EMFILE)
        let first = Socket(descriptor: accepted[0].result)
        scene.ring.closeNow(first)
        _ = scene.ring.accept(on: scene.listener, token: 1)
        #expect(try scene.take().map(\.result) == [first.descriptor])
        #expect(clients[0].sawEnd)
    }

    @Test func shutdownOfTheListenerEndsAccepting() throws {
        let scene = try Scene()
        _ = scene.ring.accept(on: scene.listener, token: 1)
        _ = try scene.take(within: .milliseconds(1))
        scene.ring.shutdown(scene.listener)
        #expect(try scene.take() == [Completion(token: 1, result: -EINVAL)])
    }

    @Test func responsesAreFramed() throws {
        let scene = try Scene()
        let text = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody"
        let memory = SceneMemory(text.utf8.count)
        unsafe memory.bytes.copyBytes(from: text.utf8)
        let (socket, client) = try scene.connection([.awaitContinue, .awaitResponse])
        _ = unsafe scene.ring.send(on: socket, from: memory.readOnly, token: 1)
        _ = try scene.take()
        #expect(client.messages.map(\.count) == [25, text.utf8.count - 25])
        #expect(client.didEverything)
    }
}
