import Fixtures
import Testing

/// HTTP.md's tables over real sockets: each row whole and one byte at a time, with the same outcome; each refusal
/// also for a client that takes JSON.
struct TableTests {
    /// A line that is refused is refused before there can be an Accept field.
    @Test func requestLine() throws { try run(requestLineRows + oversizedLineRows, inJSON: false) }

    @Test func fields() throws { try run(fieldRows + oversizedHeadRows) }

    @Test func routes() throws { try run(routeRows) }

    @Test(arguments: ["streamed", "landed"])
    func framing(placement: String) throws {
        try run(framingRows + bodyRows, ["--body", placement, "--memory", "16MiB"])
    }

    @Test func smuggling() throws { try run(smugglingRows) }

    private func run(_ rows: [Row], _ arguments: [String] = [], inJSON: Bool = true) throws {
        let arguments = arguments + ["--max-body", "\(framingBodyLimit)"]
        try withServer(arguments) { tcp in
            try withServer(arguments, unix: true) { unix in
                var server = Counterpart(tcp: try tcp.address, unix: try unix.address)
                for row in rows {
                    // A million turns for a megabyte byte by byte: the small rows tell the same.
                    for sending in Sending.allCases where sending == .whole || row.bytes.count <= 20_000 {
                        server.check(row, sending)
                    }
                }
                server.wantsJSON = true
                for row in rows where inJSON && row.isRefusal {
                    if let row = row.askingForJSON { server.check(row, .whole) }
                }
            }
        }
    }
}
