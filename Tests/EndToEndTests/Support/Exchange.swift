import Testing

/// A row of HTTP.md: bytes sent, and what must come back.
struct Row: CustomStringConvertible {
    enum After {
        /// The next request on the connection is answered.
        case keeps
        /// The answer says so, then comes FIN, and no reset.
        case closes
    }

    let name: String
    let bytes: [UInt8]
    let status: Int
    let after: After
    var isHead = false
    /// Fields that the answer must have.
    var fields: [String: String] = [:]
    var description: String { name }

    init(
        _ name: String, _ text: String, _ status: Int, _ after: After, isHead: Bool = false,
        fields: [String: String] = [:]
    ) {
        self.init(name, Array(text.utf8), status, after, isHead: isHead, fields: fields)
    }

    init(
        _ name: String, _ bytes: [UInt8], _ status: Int, _ after: After, isHead: Bool = false,
        fields: [String: String] = [:]
    ) {
        self.name = name
        self.bytes = bytes
        self.status = status
        self.after = after
        self.isHead = isHead
        self.fields = fields
    }
}

/// How a row's bytes go out. The outcome must not depend on it.
enum Sending: CaseIterable {
    case whole
    case byteByByte
    /// On a Unix socket, each byte only after the server has taken the one before.
    case byteByByteTaken
}

func check(_ row: Row, _ sending: Sending, tcp: ServerAddress, unix: ServerAddress) {
    do {
        let client = try Client(sending == .byteByByteTaken ? unix : tcp)
        switch sending {
        case .whole: try client.send(row.bytes)
        case .byteByByte, .byteByByteTaken: try client.sendByteByByte(row.bytes)
        }
        let answer = try client.readAnswer(toHead: row.isHead)
        #expect(answer.status == row.status, "\(row), \(sending): \(answer)")
        for (name, value) in row.fields {
            #expect(answer[name] == value, "\(row), \(sending): \(answer)")
        }
        if row.status >= 400, !row.isHead {
            #expect(answer.body.count > 8, "\(row), \(sending): the answer does not say what was wrong")
        }
        switch row.after {
        case .closes:
            #expect(answer.saysClose, "\(row), \(sending): \(answer)")
            let rest = try client.readToEnd()
            #expect(rest.isEmpty, "\(row), \(sending): more came")
        case .keeps:
            #expect(!answer.saysClose, "\(row), \(sending): \(answer)")
            let next = try client.ask(Request.health)
            #expect(
                next.status == 200 && next.text == "alive\n", "\(row), \(sending), the next request: \(next)")
        }
    } catch {
        Issue.record("\(row), \(sending): \(error)")
    }
}
