import SimulatedRing
import Testing

@testable import Sluice

/// A server that wants a token, and what becomes of the connections of those who do not show it.
@Suite struct AuthorizationTests {
    private func post(_ count: Int, token: String?, framing: PlannedRequest.Framing = .length) -> [UInt8] {
        let fields = token.map { "Authorization: Bearer \($0)\r\n" } ?? ""
        return PlannedRequest.post(
            "/predict?kernel=sum", [UInt8](repeating: 0, count: count), framing: framing, fields: fields
        ).bytes
    }

    private func statuses(_ client: SimulatedClient) -> [Int] {
        ReceivedResponses(client.received).finals.map(\.status)
    }

    @Test func aRefusedBodyIsReadAndTheConnectionStays() throws {
        let stage = try Stage(token: BearerToken("old"))
        let requests = [
            post(4000, token: nil), post(65_536, token: "wrong"),
            post(4000, token: nil, framing: .chunked([700])), post(4000, token: "old"),
        ]
        let client = stage.kernel.connect(
            to: stage.listener, requests.flatMap { [.send($0), .awaitResponse] })
        try stage.runClients()
        #expect(statuses(client) == [401, 401, 401, 200])
        #expect(stage.total(\.authorizationRefusals) == 3)
        try stage.comeToRest()
        try stage.stopAndFinish()
    }

    @Test func aLargerRefusedBodyEndsTheConnection() throws {
        let stage = try Stage(token: BearerToken("old"))
        let client = stage.kernel.connect(
            to: stage.listener, [.send(post(65_540, token: "wrong")), .awaitResponse, .awaitEnd])
        try stage.runClients()
        let answer = try #require(ReceivedResponses(client.received).finals.first)
        #expect(answer.status == 401 && answer.closes && answer.fields["www-authenticate"] == "Bearer")
        try stage.comeToRest()
    }

    /// The old token is good until the new one comes, and never after.
    @Test(arguments: [1, 3])
    func everyReactorTakesUpARenewedToken(reactors: Int) throws {
        let stage = try Stage(reactors: reactors, token: BearerToken("old"))
        func ask(_ token: String) throws -> [[Int]] {
            let clients = (0..<2 * reactors).map { _ in
                stage.kernel.connect(to: stage.listener, [.send(post(400, token: token)), .awaitResponse])
            }
            try stage.runClients()
            return clients.map(statuses)
        }
        #expect(try ask("old").allSatisfy { $0 == [200] })
        #expect(try ask("new").allSatisfy { $0 == [401] })
        stage.renew(try BearerToken("new"))
        try stage.run(for: .milliseconds(1))
        #expect(try ask("old").allSatisfy { $0 == [401] })
        #expect(try ask("new").allSatisfy { $0 == [200] })
        try stage.comeToRest()
        try stage.stopAndFinish()
    }

    /// A body that is on its way was let in: it is not asked again.
    @Test func whatWasLetInIsFinished() throws {
        let stage = try Stage(token: BearerToken("old"))
        let request = post(100_000, token: "old")
        let client = stage.kernel.connect(
            to: stage.listener,
            [
                .send(Array(request[..<50_000])), .pause(.milliseconds(10)),
                .send(Array(request[50_000...])), .awaitResponse,
            ])
        try stage.run(for: .milliseconds(5))
        stage.renew(try BearerToken("new"))
        try stage.runClients()
        #expect(statuses(client) == [200])
        try stage.comeToRest()
    }
}
