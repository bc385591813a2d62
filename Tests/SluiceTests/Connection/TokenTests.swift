internal import Testing

@testable internal import Sluice

struct TokenTests {
    @Test(arguments: [0, 1, 4711, Token.slotLimit - 1])
    func carriesOperationSlotAndGeneration(slot: Int) {
        for generation in [0, 1, UInt32.max] {
            for raw in Operation.accept.rawValue...Operation.cancelPoll.rawValue {
                guard let operation = Operation(rawValue: raw) else {
                    Issue.record("a gap in the operations")
                    continue
                }
                let id = ConnectionID(slot: slot, generation: generation)
                let token = Token(rawValue: Token(operation, id).rawValue)
                #expect(token.operation == operation)
                #expect(token.connection == id)
            }
        }
    }

    @Test(arguments: [1, 1 << 32, 1 << 56 - 1]) func carriesTheNumberOfAWait(number: UInt64) {
        for operation in [Operation.poll, .cancelPoll] {
            let token = Token(rawValue: Token(operation, wait: number).rawValue)
            #expect(token.operation == operation && token.wait == number)
        }
    }

    @Test func anUnknownOperationIsNone() {
        #expect(Token(rawValue: 0).operation == nil)
        #expect(Token(rawValue: .max).operation == nil)
    }
}
