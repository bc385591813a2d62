import Testing

@testable import LoadGenerator

struct ProcessFiguresTests {
    private let own = ProcessFigures(pid: ProcessFigures.ownPID)

    @Test func countsADescriptorThatIsOpened() throws {
        // Other tests open some too: a hundred cannot be missed.
        let before = try #require(own.descriptorCount)
        let sockets = try (0..<300).map { _ in try TCPSocket.listen(backlog: 1).socket }
        #expect(try #require(own.descriptorCount) >= before + 100)
        #expect(sockets.count == 300)
    }

    @Test func namesAThread() throws {
        let gate = try StartGate()
        let thread = try SystemThread(name: "figures-test") { _ = gate.wait() }
        gate.awaitArrival(of: 1)
        #expect(try #require(own.threadNames).contains("figures-test"))
        gate.callOff()
        thread.join()
    }

    @Test func hasNoMoreMemoryResidentThanAtItsPeak() throws {
        let resident = try #require(own.residentMemory)
        #expect(resident > 1 << 20)
        #expect(try #require(own.peakMemory) >= resident)
    }

    @Test func knowsNothingOfAProcessThatIsNotThere() {
        let none = ProcessFigures(pid: 4_194_304)
        #expect(none.residentMemory == nil && none.descriptorCount == nil && none.threadNames == nil)
    }
}

struct SocketMemoryTests {
    @Test func findsTheNumberBehindItsName() {
        let text = """
            sockets: used 279
            TCP: inuse 12 orphan 1 tw 4 alloc 15 mem 34
            UDP: inuse 3 mem 2
            """
        #expect(SocketMemory.tcpPages(in: text) == 34)
        #expect(SocketMemory.tcpPages(in: "UDP: inuse 3 mem 2") == nil)
        #expect(SocketMemory.tcpPages(in: "TCP: inuse 3 mem") == nil)
    }
}
