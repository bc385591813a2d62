internal import Foundation
internal import HTTPTypes
internal import Testing

@testable internal import Sluice

struct HandlerErrorTests {
    private struct Content: Decodable {
        var status: Int
        var error: String
    }

    private func body(_ response: Response) -> [UInt8] {
        if case .bytes(let bytes) = response.content { bytes } else { [] }
    }

    @Test(arguments: [
        "", "plain", "\"quoted\"", "back\\slash", "two\r\nlines\t", "\u{0}\u{1F}\u{7F}", "\u{E9}\u{1F600}",
        "</script>",
    ])
    func aReasonSurvivesJSON(reason: String) throws {
        let response = HandlerError(.conflict, reason).response(asJSON: true)
        let content = try JSONDecoder().decode(Content.self, from: Data(body(response)))
        #expect(content.status == 409 && content.error == reason)
        #expect(response.head.status == .conflict)
        #expect(response.head.headerFields[.contentType] == "application/json")
    }

    @Test func aReasonIsPlainTextOtherwise() {
        let error = HandlerError(.notFound, "no \"such\" thing", headerFields: [.retryAfter: "5"])
        let response = error.response(asJSON: false)
        #expect(body(response) == Array("no \"such\" thing\n".utf8))
        #expect(response.head.headerFields[.contentType] == "text/plain; charset=utf-8")
        #expect(response.head.headerFields[.retryAfter] == "5")
        #expect("\(error)" == "404: no \"such\" thing")
    }

    @Test func onlyWhatIsMeantForTheClientIsToldIt() {
        struct Other: Error {}
        if case .refusal(let error) = HandlerOutcome(HandlerError(.gone, "gone")) {
            #expect(error == HandlerError(.gone, "gone"))
        } else {
            Issue.record("not a refusal")
        }
        if case .failure(let error) = HandlerOutcome(Other()) {
            #expect(error is Other)
        } else {
            Issue.record("not a failure")
        }
    }
}
