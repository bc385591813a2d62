import Testing

/// How a row's bytes go out. The outcome must not depend on it.
enum Sending: CaseIterable {
    case whole
    case byteByByte
    /// On a Unix socket, each byte only after the server has taken the one before.
    case byteByByteTaken
}

/// Two servers that are the same but for their addresses.
struct Counterpart {
    let tcp: ServerAddress
    let unix: ServerAddress
    /// Whether the rows ask for JSON.
    var wantsJSON = false

    func check(_ row: Row, _ sending: Sending) {
        do {
            let client = try Client(sending == .byteByByteTaken ? unix : tcp)
            switch sending {
            case .whole: try client.send(row.bytes)
            case .byteByByte, .byteByByteTaken:
                do {
                    try client.sendByteByByte(row.bytes, untilAnswered: row.further == nil)
                } catch ClientError.reset(_) where row.breaksItsPromise {}
            }
            // What came in the same piece as the request is there when it is answered, and must not become a reset.
            let mayBeReset = row.breaksItsPromise && sending != .whole
            let answer = try client.readAnswer(toHead: row.isHead)
            let context = "\(row), \(sending): \(answer)"
            #expect(answer.status == row.status, "\(context)")
            for (name, value) in row.fields { #expect(answer[name] == value, "\(context)") }
            if row.isRefusal { expectRefusal(answer, of: row, inJSON: wantsJSON, context) }
            var last = answer
            for status in row.further ?? [] {
                #expect(!last.saysClose, "\(context)")
                last = try client.readAnswer()
                #expect(last.status == status, "\(context), then: \(last)")
            }
            try checkEnd(of: client, last, row, mayBeReset: mayBeReset, context)
        } catch {
            Issue.record("\(row), \(sending): \(error)")
        }
    }

    private func checkEnd(
        of client: Client, _ last: Answer, _ row: Row, mayBeReset: Bool, _ context: String
    ) throws {
        switch row.after {
        case .closes:
            #expect(last.saysClose, "\(context)")
            do {
                let rest = try client.readToEnd()
                #expect(rest.isEmpty, "\(context): more came")
            } catch ClientError.reset(_) where mayBeReset {}
        case .keeps:
            #expect(!last.saysClose, "\(context)")
            let next = try client.ask(Request.health)
            #expect(next.status == 200 && next.text == "alive\n", "\(context), the next request: \(next)")
        }
    }
}

/// What every refusal has: one sentence for the client, in the form it takes, and nothing else of the server.
private func expectRefusal(_ answer: Answer, of row: Row, inJSON: Bool, _ context: String) {
    let known: Set = ["Date", "Content-Type", "Content-Length", "Connection", "Allow", "Retry-After"]
    #expect(answer.fields.allSatisfy { known.contains($0.name) }, "\(context)")
    #expect(
        answer["Content-Type"] == (inJSON ? "application/json" : "text/plain; charset=utf-8"), "\(context)")
    if row.isHead { return }
    #expect(answer.body.count <= 256 && answer.text.hasSuffix("\n"), "\(context)")
    #expect(answer.body.dropLast().allSatisfy { (0x20...0x7E).contains($0) }, "\(context)")
    guard let sentence = inJSON ? answer.sentenceInJSON : answer.text else {
        Issue.record("\(context): not the JSON of a refusal")
        return
    }
    // A row without its words would let any sentence pass.
    #expect(!row.says.isEmpty && sentence.contains(row.says), "\(context), expected: \(row.says)")
}
