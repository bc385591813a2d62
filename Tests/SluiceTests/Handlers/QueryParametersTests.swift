internal import Testing

@testable internal import Sluice

struct QueryParametersTests {
    @Test func aNameIsFoundWithItsFirstValue() {
        let query = QueryParameters("a=1&b=2&a=3&c&d=&=e")
        #expect(query["a"] == "1" && query["b"] == "2")
        #expect(query["c"]?.isEmpty == true && query["d"]?.isEmpty == true)
        #expect(query["e"] == nil)
        #expect(query[""] == "e")
        #expect(query.values(of: "a") == ["1", "3"])
        #expect(query.values(of: "e").isEmpty)
    }

    @Test(arguments: [
        ("a=x+y", "x y"), ("a=x%20y", "x y"), ("a=x%2By", "x+y"), ("a=1=2", "1=2"), ("%61=1", "1"),
        ("a=%C3%A9", "\u{E9}"), ("a=%c3%a9", "\u{E9}"), ("a=\u{E9}", "\u{E9}"), ("a=%26%3D", "&="),
        // No two hex digits: it stands for itself.
        ("a=%", "%"), ("a=%4", "%4"), ("a=%zz", "%zz"), ("a=%%41", "%A"), ("a=%4%41", "%4A"),
        // No UTF-8.
        ("a=%FF", "\u{FFFD}"), ("a=%00", "\0"),
    ])
    func whatIsCodedIsDecoded(query: String, value: String) {
        #expect(QueryParameters(query)["a"] == value)
    }

    @Test func anEmptyQueryHasNothing() {
        #expect(QueryParameters("") == QueryParameters("&&"))
        #expect(QueryParameters("")[""] == nil)
    }
}
