import HTTP1

// Any bytes as the fields of a request, from the head to the decision where its body ends: it is that of
// `PlainHead`, which reads the same fields in the plainest way there is.

func check(_ input: [UInt8]) {
    // Without Host in 1.0, so that the fuzzer may send one; with it in 1.1, so that it need not.
    check(Array("POST / HTTP/1.0\r\n".utf8), PlainHead(isHTTP11: false), input)
    check(Array("POST / HTTP/1.1\r\nHost: a\r\n".utf8), PlainHead(isHTTP11: true, hosts: 1, fields: 1), input)
}

private func check(_ requestLine: [UInt8], _ plain: PlainHead, _ input: [UInt8]) {
    let fields = input + Array("\r\n\r\n".utf8)
    var plain = plain
    let expected = plain.decide(fields[...])
    let sent = requestLine + fields

    var parser = RequestHeadParser()
    let whole = memory.with(sent) { decision(parser.parse($0), parser.head) }
    require(whole == expected, "\(String(describing: whole)), plainly \(expected)")

    parser.reset()
    for end in 0...sent.count {
        guard let decided = memory.with(sent[..<end], { decision(parser.parse($0), parser.head) }) else {
            continue
        }
        require(decided == expected, "byte by byte \(decided), plainly \(expected)")
        return
    }
}

private func decision(_ verdict: RequestHeadParser.Verdict, _ head: RequestHead) -> PlainHead.Decision? {
    switch verdict {
    case .needsMore: nil
    case .refused(let refusal): .refused(refusal.status.code)
    case .complete:
        .taken(head.framing, expectsContinue: head.expectsContinue, keepsAlive: head.keepsAlive)
    }
}
