internal import HTTP1
internal import Testing
internal import Uring

@testable internal import Sluice

/// A handler that answers later, and the watch for its client.
struct ConnectionHandlerTests {
    private let now = Script.start

    /// A connection whose cancellable handler is at work.
    private func awaiting() -> (Connection, String) {
        var connection = Connection(limits: Limits())
        _ = connection.opened(now: now)
        let action = begin(&connection)
        return (connection, action)
    }

    private func begin(_ connection: inout Connection) -> String {
        _ = connection.received(100, now: now)
        _ = connection.headDecided(.init(), byteCount: 100, handlerOf: 0, framing: .none, now: now)
        return connection.handlerBegan(now: now).name
    }

    /// To the next request of the same connection.
    private func answer(_ connection: inout Connection) {
        _ = connection.answered(.result, now: now)
        _ = connection.encoded(byteCount: 50)
        _ = connection.sent(50, now: now)
        _ = connection.requestEnded(now: now)
    }

    @Test func oneWatchServesAllRequests() {
        var (connection, first) = awaiting()
        #expect(first == "watchPeer")
        answer(&connection)
        #expect(begin(&connection) == "wait")
    }

    /// Another would complete at once, again and again.
    @Test func aPeerThatHasEndedIsNotWatchedAgain() {
        var (connection, _) = awaiting()
        #expect(connection.watchEnded(isGone: false, now: now).name == "wait")
        answer(&connection)
        #expect(begin(&connection) == "wait")
    }

    @Test func aWatchThatFailedSaysNothingOfThePeer() {
        var (connection, _) = awaiting()
        #expect(connection.watchEnded(isGone: false, failed: true, now: now).name == "wait")
        answer(&connection)
        #expect(begin(&connection) == "watchPeer")
    }

    @Test func whoIsGoneEndsTheConnection() {
        var (connection, _) = awaiting()
        #expect(connection.watchEnded(isGone: true, now: now).name == "close")
        #expect(!connection.awaitsAnswer)
    }

    /// The watch of an earlier request: nothing else is in flight then that would hear of it.
    @Test func whoIsGoneWaitsForNoMemory() {
        var (connection, _) = awaiting()
        answer(&connection)
        _ = connection.received(100, now: now)
        let action = connection.headDecided(.init(), byteCount: 100, plan: .landed(4096), now: now)
        #expect(action.name == "requestMemory 4096")
        #expect(connection.watchEnded(isGone: true, now: now).name == "withdrawMemoryRequest")
        #expect(!connection.awaitsMemory)
        #expect(connection.memoryWithdrawn(now: now).name == "close")
    }

    /// What came before the reset is all received, and nothing is in flight after that.
    @Test func whoHasGoneWhileItsBodyWasReadIsNotWorkedFor() {
        var (connection, _) = awaiting()
        answer(&connection)
        _ = connection.received(200, now: now)
        _ = connection.headDecided(
            .init(), byteCount: 100, handlerOf: 0, framing: .length(200), now: now)
        #expect(connection.watchEnded(isGone: true, now: now).name == "wait")
        _ = connection.bodyComplete(now: now)
        #expect(connection.handlerBegan(now: now).name == "close")
        #expect(!connection.awaitsAnswer)
    }

    @Test func whoHasGoneBeforeItsHeadWasReadWaitsForNoMemory() {
        var (connection, _) = awaiting()
        answer(&connection)
        #expect(connection.watchEnded(isGone: true, now: now).name == "wait")
        _ = connection.received(100, now: now)
        let action = connection.headDecided(.init(), byteCount: 100, plan: .landed(4096), now: now)
        #expect(action.name == "close")
    }

    /// It may only have ended its side: it still wants its answer.
    @Test func whoHasEndedWaitsForMemoryAllTheSame() {
        var (connection, _) = awaiting()
        answer(&connection)
        _ = connection.received(100, now: now)
        _ = connection.headDecided(.init(), byteCount: 100, plan: .landed(4096), now: now)
        #expect(connection.watchEnded(isGone: false, now: now).name == "wait")
        #expect(connection.awaitsMemory)
    }
}
