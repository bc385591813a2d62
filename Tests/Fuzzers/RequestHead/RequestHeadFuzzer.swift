import HTTP1

// Any bytes as a request head: the verdict is the same however they arrive, and a head that is taken says
// exactly what its bytes say.

/// Small enough that inputs of a few dozen bytes meet every limit.
private let smallLimits = HeadLimits(targetBytes: 24, headBytes: 160, fields: 4)

/// A request that sets all that a parser can remember.
private let lastRequest = Array(
    """
    OPTIONS * HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\nConnection: close\r\n\
    Content-Type: a/b\r\nAccept: a/b\r\nOrigin: a\r\nAuthorization: a\r\nContent-Encoding: gzip\r\n\r\n
    """.utf8)

func check(_ input: [UInt8]) {
    check(input, HeadLimits())
    check(input, smallLimits)
}

private func check(_ input: [UInt8], _ limits: HeadLimits) {
    let count = input.count
    let whole = HeadOutcome.of(input, arrivingAt: CollectionOfOne(count), limits)
    let byBytes = HeadOutcome.of(input, arrivingAt: 0...count, limits)
    require(byBytes == whole, "whole: \(whole), byte by byte: \(byBytes)")
    for cut in 0...count {
        let cutOutcome = HeadOutcome.of(input, arrivingAt: [cut, count], limits)
        require(cutOutcome == whole, "whole: \(whole), cut at \(cut): \(cutOutcome)")
    }

    var parser = RequestHeadParser(limits: limits)
    memory.with(lastRequest) { _ = parser.parse($0) }
    parser.reset()
    memory.with(input) { bytes in
        let reused = HeadOutcome(parser.parse(bytes), parser.head)
        require(reused == whole, "by a new parser: \(whole), by one used before: \(reused)")
        let again = HeadOutcome(parser.parse(bytes), parser.head)
        require(again == whole, "first: \(whole), asked again: \(again)")
        if case .complete = whole.verdict {
            require(byBytes.arrived == whole.head.byteCount, "settled at another byte than the head's last")
            checkThatItSaysWhatWasSent(whole.head, bytes, limits)
            askWhatRoutesAsk(whole.head, bytes)
        }
    }
}

/// What the server goes on to ask of any head: nothing of it may trap.
private func askWhatRoutesAsk(_ head: RequestHead, _ bytes: RawSpan) {
    let query = head.query(in: bytes)
    if case .value(let range) = QueryParameter.find("columns", in: query) {
        require(range.upperBound <= query.byteCount, "a parameter's value beyond the query")
        _ = parseDecimal(query.extracting(range))
    }
    for index in 0..<head.fieldCount {
        let value = bytes.extracting(head.field(at: index).value)
        _ = MediaType.acceptsJSON(value)
        _ = MediaType.essenceEquals(value, "application/json")
        _ = MediaType.isMultipart(value)
        _ = ContentCoding.isIdentity(value)
    }
}
