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
