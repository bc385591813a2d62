internal import Glibc
internal import Testing
internal import Uring

@testable internal import Sluice

struct MailboxTests {
    @Test func messagesComeInOrderAndOnce() {
        let mailbox = Mailbox()
        mailbox.post(.resumeAccepting)
        mailbox.post(.adopt(Socket(descriptor: 5)))
        mailbox.post(.stop)
        var messages: [Mailbox.Message] = [.stop]
        mailbox.exchange(&messages)
        #expect(messages.map { "\($0)".prefix { $0 != "(" } } == ["resumeAccepting", "adopt", "stop"])
        mailbox.exchange(&messages)
        #expect(messages.isEmpty)
    }

    @Test func theReactorIsWokenForEachAndForWhatCameBeforeIt() {
        let mailbox = Mailbox()
        let waker = CountingWaker()
        mailbox.post(.stop)
        #expect(waker.wakes == 0)
        mailbox.attach(waker)
        #expect(waker.wakes == 1)
        mailbox.post(.stop)
        #expect(waker.wakes == 2)
    }

    @Test func anAwakeReactorIsNotWokenAndDoesNotFallAsleepOnMail() {
        let mailbox = Mailbox()
        let waker = CountingWaker()
        mailbox.attach(waker)
        var messages: [Mailbox.Message] = []
        mailbox.wakeUp()
        mailbox.post(.stop)
        #expect(!mailbox.fallAsleep())
        mailbox.post(.stop)
        #expect(waker.wakes == 1)
        mailbox.wakeUp()
        mailbox.exchange(&messages)
        #expect(messages.count == 2)
        #expect(mailbox.fallAsleep())
        #expect(waker.wakes == 1)
        mailbox.post(.stop)
        #expect(waker.wakes == 2)
    }

    @Test func whatWasNotReadGoesBeforeWhatHasComeSince() {
        let mailbox = Mailbox()
        mailbox.post(.resumeAccepting)
        mailbox.post(.wantsDescriptor)
        var messages: [Mailbox.Message] = []
        mailbox.exchange(&messages)
        mailbox.post(.stop)
        mailbox.putBack(messages)
        mailbox.exchange(&messages)
        #expect(messages.map { "\($0)" } == ["resumeAccepting", "wantsDescriptor", "stop"])
    }

    /// Tasks come to their end though their reactor has: what was posted before, and what comes after.
    @Test(arguments: [false, true]) func aClosedMailboxHoldsNoTaskBack(isClosedBefore: Bool) async {
        let mailbox = Mailbox()
        if isClosedBefore { mailbox.close() }
        let task = Task(executorPreference: ReactorExecutor(mailbox)) {
            let sleeper = Sleeper()
            do {
                try await withCheckedThrowingContinuation { continuation in
                    if sleeper.begin(continuation) { mailbox.post(.sleep(sleeper, .seconds(1))) }
                }
                return "slept"
            } catch { return "cancelled" }
        }
        if !isClosedBefore { mailbox.close() }
        #expect(await task.value == "cancelled")
        #expect(mailbox.isEmpty)
    }

    @Test func aClosedMailboxClosesWhatItIsToAdopt() throws {
        var pair: [Int32] = [0, 0]
        try #require(unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair) == 0)
        let mailbox = Mailbox()
        mailbox.close()
        mailbox.post(.adopt(Socket(descriptor: pair[0])))
        var byte: UInt8 = 0
        #expect(unsafe recv(pair[1], &byte, 1, Int32(MSG_DONTWAIT)) == 0)
        close(pair[1])
    }

    /// Nobody else would give it back.
    @Test func memoryThatNobodyTakesIsItsGiversAgain() {
        let mailbox = Mailbox()
        let range = ArenaRange(firstPage: 3, pageCount: 4)
        let grant = Mailbox.Message.granted(ConnectionID(slot: 1, generation: 2), range)
        #expect(mailbox.post(grant))
        mailbox.post(.stop)
        #expect(mailbox.close() == [range])
        #expect(!mailbox.post(grant))
        #expect(mailbox.close().isEmpty)
    }

    @Test func nothingIsLostBetweenThreads() throws {
        let mailbox = Mailbox()
        let received = CountingWaker()
        try onThreads(5) { number in
            if number > 0 {
                for _ in 0..<1000 { mailbox.post(.resumeAccepting) }
            } else {
                var messages: [Mailbox.Message] = []
                for _ in 0..<100 {
                    mailbox.exchange(&messages)
                    for _ in messages { received.wake() }
                    _ = mailbox.fallAsleep()
                }
            }
        }
        var messages: [Mailbox.Message] = []
        mailbox.exchange(&messages)
        #expect(received.wakes + messages.count == 4000)
    }
}
