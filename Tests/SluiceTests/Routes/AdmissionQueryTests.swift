internal import Testing

@testable internal import Sluice

/// What the query says about the reduction.
struct AdmissionQueryTests {
    private static let badColumns = [
        "columns", "columns=", "columns=0", "columns=-1", "columns=%2B5", "columns=+5", "columns=5.0",
        "columns=1e3", "columns=0x10", "columns=9223372036854775808", "columns=1&columns=1",
        "columns=5&columns", "a=b&columns=x",
    ]

    @Test(arguments: badColumns)
    func refusesColumnsThatAreNoNumber(query: String) {
        for framing in ["Content-Length: 4", "Transfer-Encoding: chunked"] {
            #expect(
                Decision.of(["POST /predict?\(query) HTTP/1.1", framing])
                    .hasPrefix("422 columns is "))
        }
    }

    @Test(arguments: [
        ("columns=1", 1), ("columns=007", 7), ("Columns=1", 2500), ("x=1&columns=3&y", 3), ("", 2500),
        ("columnss=1", 2500), ("columns=9223372036854775807", Int.max),
    ])
    func takesColumnsFromTheQuery(query: String, columns: Int) {
        for framing in ["Content-Length: 4", "Transfer-Encoding: chunked"] {
            let decision = Decision.of(["POST /predict?\(query) HTTP/1.1", framing])
            #expect(decision.contains(" columns \(columns) "), "\(decision)")
        }
    }

    @Test(arguments: [
        ("kernel=row-mean-std", "kernel 0"), ("kernel=sum", "kernel 1"), ("kernel=minimum", "kernel 2"),
        ("", "kernel 0"), ("kernel=", "unknownKernel"), ("kernel=SUM", "unknownKernel"),
        ("kernel=sum2", "unknownKernel"), ("kernel=sum&kernel=sum", "kernel is given more than once"),
        ("kernel=maximum", "unknownKernel"),
    ])
    func takesTheKernelFromTheQuery(query: String, part: String) {
        let decision = Decision.of(["POST /predict?\(query) HTTP/1.1", "Content-Length: 4"])
        #expect(decision.contains(part), "\(decision)")
    }

    @Test func aKernelWithoutRowsTakesAnyNumberOfValues() {
        let decision = Decision.of(["POST /predict?kernel=sum HTTP/1.1", "Content-Length: 10004"])
        #expect(decision == "reduce route 3 kernel 1 columns 2500 landing 0 scratch 0")
    }
}
