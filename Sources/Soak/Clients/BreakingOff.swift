internal import LoadGenerator

/// Clients that break off: in the head, in the body, in the answer; with a reset, a FIN, or both directions
/// closed at once.
struct BreakingOff: Client {
    enum Place: CaseIterable { case head, body, chunks, answer }
    enum Way: CaseIterable { case reset, halfClose, close }

    let site: Site

    func act(using random: inout SplitMix64) throws {
        let place = Place.allCases.randomElement(using: &random)!
        let way = Way.allCases.randomElement(using: &random)!
        let payload = site.payloads.any(using: &random)
        let question = payload.questions.randomElement(using: &random)!
        let head = Requests.post(question.query, length: payload.body.byteCount)
        let cut = Int.random(in: 0..<head.count, using: &random)
        // At least one byte is missing.
        let bodyCut = Int.random(in: 0..<payload.body.byteCount, using: &random)
        let chunks = Cuts(of: payload.body.byteCount, atMost: 10, using: &random)
        let wait = Int.random(in: 0...10, using: &random)
        let pause = Int.random(in: 0...20, using: &random)

        let connection = try site.connect()
        switch place {
        case .head: try connection.send(Array(head[..<cut]))
        case .body:
            try connection.send(head)
            try connection.send(payload.body, 0..<bodyCut)
        case .chunks: try sendSome(of: chunks, payload, question.query, on: connection)
        case .answer:
            // Some pages come back while this leaves.
            for _ in 0..<8 { try connection.send(Requests.metrics) }
            _ = connection.hasNews(within: .milliseconds(wait))
        }
        if place != .answer { sleep(milliseconds: wait) }
        switch way {
        case .reset: connection.reset()
        case .close: connection.close()
        case .halfClose:
            connection.halfClose()
            try expectNoAnswer(on: connection, after: place)
        }
        sleep(milliseconds: pause)
    }

    /// Everything but the last piece, which is begun.
    private func sendSome(
        of chunks: Cuts, _ payload: Payload, _ query: String, on connection: RawConnection
    ) throws {
        try connection.send(Requests.chunked(query))
        for piece in chunks.pieces.dropLast() {
            try connection.send(Requests.chunkHeader(piece.count))
            try connection.send(payload.body, piece)
            try connection.send(Requests.chunkEnd)
        }
        let last = chunks.pieces[chunks.pieces.count - 1]
        try connection.send(Requests.chunkHeader(last.count))
        try connection.send(payload.body, last.dropLast())
    }

    /// Whoever has sent half a request gets no answer to it: nothing or 400, then the end.
    private func expectNoAnswer(on connection: RawConnection, after place: Place) throws {
        let rest = try connection.rest(within: .seconds(5))
        let text = String(decoding: rest.prefix(60), as: UTF8.self)
        switch place {
        case .head, .body, .chunks:
            guard rest.isEmpty || text.hasPrefix("HTTP/1.1 400 ") else {
                throw Mishap.wrongAnswer("FIN in the \(place): answered \(text.debugDescription)")
            }
        case .answer:
            guard text.hasPrefix("HTTP/1.1 200 ") else {
                throw Mishap.wrongAnswer("FIN behind whole requests: answered \(text.debugDescription)")
            }
        }
    }
}
