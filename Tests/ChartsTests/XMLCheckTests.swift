import ChartReaders
import Testing

struct XMLCheckTests {
    @Test(arguments: [
        "<a><b></a></b>", "<a", "<a>", "<a/><a/>", "<a b=c/>", "<a b=\"1\" b=\"2\"/>", "<a>&</a>", "",
        "<a b=\"&x;\"/>", "<a b=\"1/>", "<a>\u{7}</a>",
    ])
    func theCheckItselfFindsFaults(document: String) {
        #expect(XMLCheck(document).fault != nil)
    }
}
