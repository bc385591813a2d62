internal import Testing

@testable internal import Sluice

struct HandlerCallTests {
    private func call(of mailbox: Mailbox = Mailbox()) -> HandlerCall {
        HandlerCall(
            ConnectionID(slot: 1, generation: 2), of: mailbox, isTask: true,
            computeQueue: ComputePool(threads: 0, limit: 1))
    }

    @Test func aTaskIsCancelledWithItsCall() async {
        let call = call()
        let task = Task { for _ in 0..<1_000_000 where !Task.isCancelled { await Task.yield() } }
        call.run(task)
        #expect(!call.isCancelled && !task.isCancelled)
        call.cancel()
        await task.value
        #expect(call.isCancelled && task.isCancelled)
    }

    /// The client may be gone before there is a task.
    @Test func aCallThatIsCancelledCancelsTheTaskThatComesLater() async {
        let call = call()
        call.cancel()
        let task = Task { for _ in 0..<1_000_000 where !Task.isCancelled { await Task.yield() } }
        call.run(task)
        await task.value
        #expect(task.isCancelled)
    }

    private func body(in arena: Arena) -> LandedBody {
        let id = ConnectionID(slot: 1, generation: 2)
        let answer = arena.request(ArenaWaiter(reactor: 0, connection: id, byteCount: 4096))
        guard case .granted(let range) = answer else { preconditionFailure("there is memory enough") }
        var slot = ConnectionSlot(limits: SharedLimits(Limits()))
        slot.lend(arena.lease(range))
        return slot.takeLandedBody(byteCount: 4096)
    }

    /// It may stand in the pool's line for long.
    @Test func aCallThatIsGivenUpHoldsNoMemory() throws {
        let arena = try Arena(byteCount: 2 << 20, touched: false) { _, _ in true }
        let call = call()
        call.hold(body(in: arena))
        #expect(arena.leasedBytes == 4096)
        call.cancel()
        #expect(arena.leasedBytes == 0)
        let isLeft = call.takeBody() != nil
        #expect(!isLeft)
    }

    /// A thread works on it.
    @Test func aCallThatHasBegunHasItsMemoryToItsEnd() throws {
        let arena = try Arena(byteCount: 2 << 20, touched: false) { _, _ in true }
        let call = call()
        call.hold(body(in: arena))
        do {
            let body = call.takeBody()
            call.cancel()
            #expect(arena.leasedBytes == 4096)
            withExtendedLifetime(body) {}
        }
        #expect(arena.leasedBytes == 0)
    }

    @Test func whatItEndsWithComesToItsReactor() {
        let mailbox = Mailbox()
        let call = call(of: mailbox)
        call.end(with: .response(.text("hello")))
        var messages: [Mailbox.Message] = []
        mailbox.exchange(&messages)
        #expect(messages.count == 1)
        if case .handled(let handled, .response)? = messages.first {
            #expect(handled === call)
        } else {
            Issue.record("\(messages)")
        }
    }
}
