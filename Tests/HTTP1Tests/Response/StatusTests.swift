import HTTP1
import Testing

struct StatusTests {
    /// HTTP.md, "What ends a connection".
    @Test func closesWhereItIsSaidTo() {
        let closing = Status.allCases.filter(\.closesConnection).map(\.code)
        #expect(closing == [400, 408, 411, 413, 414, 417, 431, 501, 503, 504, 505])
        let keeping = Status.allCases.filter { !$0.closesConnection }.map(\.code)
        #expect(keeping == [200, 204, 401, 403, 404, 405, 415, 422, 500])
    }

    @Test func onlyNoContentHasNoContent() {
        #expect(Status.allCases.filter { !$0.hasContent } == [.noContent])
    }
}
