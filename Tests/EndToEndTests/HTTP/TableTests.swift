import Fixtures
import Testing

/// HTTP.md's tables over real sockets: each row whole and one byte at a time, with the same outcome.
struct TableTests {
    @Test func requestLineAndFields() throws { try run(requestLineRows) }

    @Test func framing() throws { try run(framingRows) }

    @Test func framingOfLandedBodies() throws {
        try run(framingRows, ["--body", "landed", "--memory", "16MiB"])
    }

    private func run(_ rows: [Row], _ arguments: [String] = []) throws {
        let arguments = arguments + ["--max-body", "\(framingBodyLimit)"]
        try withServer(arguments) { tcp in
            try withServer(arguments, unix: true) { unix in
                for row in rows {
                    // A million turns for a megabyte byte by byte: the small rows tell the same.
                    for sending in Sending.allCases where sending == .whole || row.bytes.count <= 20_000 {
                        check(row, sending, tcp: try tcp.address, unix: try unix.address)
                    }
                }
            }
        }
    }
}
