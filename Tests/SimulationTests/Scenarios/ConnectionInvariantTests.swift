import HTTP1
import SimulatedRing
import Testing

@testable import Sluice

/// In one place: which answers end the connection, and which keep it.
@Suite struct ConnectionInvariantTests {
    private static let closing: Set = [400, 408, 411, 413, 414, 417, 431, 501, 503, 504, 505]
    private static let keeping: Set = [200, 204, 401, 403, 404, 405, 415, 422, 500]

    @Test func everyStatusEitherClosesOrKeeps() {
        #expect(Set(Status.allCases.map(\.code)) == Self.closing.union(Self.keeping))
        #expect(Self.closing.isDisjoint(with: Self.keeping))
    }

    /// A body is read to keep the connection if it is not larger than 64 KiB; with whatever framing, and however
    /// it arrives.
    @Test(arguments: Status.allCases)
    func closesOrKeepsByStatusAndBody(_ status: Status) throws {
        for (count, framing) in [
            (0, PlannedRequest.Framing.length), (100, .length), (65_536, .length), (65_537, .length),
            (100, .chunked([7])), (65_536, .chunked([9999])), (65_537, .chunked([9999])),
        ] {
            var request = PlannedRequest.post(
                "/status?code=\(status.code)", [UInt8](repeating: 0x58, count: count), framing: framing)
            request.head.replaceSubrange(0..<4, with: Array("GET".utf8))
            for sizes in [1_000_000...1_000_000, 1...3000] {
                let closes = Self.closing.contains(status.code) || count > 65_536
                try expect(status.code, closes: closes, to: request, sizes: sizes)
            }
        }
    }

    /// The answer can be read, and nothing that follows is answered: FIN, what still comes thrown away, no reset.
    private func expect(_ status: Int, closes: Bool, to request: PlannedRequest, sizes: ClosedRange<Int>)
        throws
    {
        let stage = try Stage()
        let client = stage.kernel.connect(
            to: stage.listener,
            [
                .sendPieces(
                    request.bytes + ListeningTests.hello.bytes, sizes: sizes,
                    gaps: .zero ... .microseconds(5)),
                .awaitResponse, closes ? .awaitEnd : .awaitResponse,
            ])
        try stage.runClients()
        let received = ReceivedResponses(client.received)
        #expect(received.problem == nil && received.rest == 0)
        #expect(received.finals.map(\.status) == (closes ? [status] : [status, 200]))
        #expect(received.finals.first?.closes == closes)
        #expect(!client.wasReset && client.sawEnd == closes)
        try stage.comeToRest()
    }
}
