import HTTP1
import Testing

struct QueryParameterTests {
    private let memory = GuardedMemory(capacity: 4096)

    private func find(_ query: String) -> String {
        memory.with(Array(query.utf8)) { bytes in
            switch QueryParameter.find("columns", in: bytes) {
            case .absent: "absent"
            case .value(let range): "value \(bytes.extracting(range).text)"
            case .repeated: "repeated"
            }
        }
    }

    @Test(arguments: [
        ("columns=2500", "value 2500"), ("kernel=sum&columns=7", "value 7"),
        ("columns=7&kernel=sum", "value 7"),
        ("columns=", "value "), ("columns", "value "), ("columns&a=b", "value "),
        ("columns=a=b", "value a=b"),
        ("&&columns=1&", "value 1"),
    ])
    func findsAParameter(query: String, expected: String) {
        #expect(find(query) == expected)
    }

    @Test(arguments: [
        "", "&", "=", "=columns", "column=1", "columnsx=1", "Columns=1", "%63olumns=1", "a=columns",
        " columns=1",
    ])
    func doesNotTakeAnotherForIt(query: String) {
        #expect(find(query) == "absent")
    }

    @Test(arguments: ["columns=1&columns=1", "columns&columns", "columns=1&a=b&columns=2&columns=3"])
    func tellsThatItIsRepeated(query: String) {
        #expect(find(query) == "repeated")
    }

    @Test(arguments: [
        ("0", 0), ("7", 7), ("0007", 7), ("2500", 2500), ("9223372036854775807", Int.max),
        ("", nil), ("-1", nil), ("+1", nil), (" 1", nil), ("1 ", nil), ("1_0", nil), ("0x1", nil),
        ("1.0", nil), ("1e3", nil),
        ("9223372036854775808", nil), ("92233720368547758070", nil), ("99999999999999999999999999", nil),
        ("١", nil),
    ])
    func readsDecimalDigitsOnly(text: String, expected: Int?) {
        #expect(memory.with(Array(text.utf8)) { parseDecimal($0) } == expected)
    }
}
