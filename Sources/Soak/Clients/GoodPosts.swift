internal import LoadGenerator

/// Posts of all sizes, one after another on a connection that is kept for a while.
struct GoodPosts: Client {
    let site: Site
    private var connection: RawConnection?

    init(site: Site) {
        self.site = site
    }

    mutating func act(using random: inout SplitMix64) throws {
        let payload = site.payloads.any(using: &random)
        let question = payload.questions.randomElement(using: &random)!
        let isChunked = Int.random(in: 0..<5, using: &random) < 2
        let chunks = isChunked ? Cuts(of: payload.body.byteCount, atMost: 40, using: &random) : nil
        let endsHere = Int.random(in: 0..<10, using: &random) == 0
        let pause = Int.random(in: 0...20, using: &random)
        let connection = try connection ?? site.connect()
        self.connection = nil
        try connection.post(payload, question.query, chunks: chunks)
        // A client may close its side behind a whole request: it is answered all the same.
        if endsHere { connection.halfClose() }
        let keepsAlive = try connection.answer(
            question.answer,
            to: "\(payload.body.byteCount) bytes\(isChunked ? " in chunks" : ""), \(question.query)")
        if endsHere {
            try connection.expectEnd(within: .seconds(5), of: "half-closed behind its request")
        } else if keepsAlive {
            self.connection = connection
        }
        sleep(milliseconds: pause)
    }
}

/// Several posts in one piece; the answers come in order.
struct PipelinedPosts: Client {
    let site: Site

    func act(using random: inout SplitMix64) throws {
        var bytes: [UInt8] = []
        var answers: [[UInt8]] = []
        for _ in 0..<Int.random(in: 2...8, using: &random) {
            let payload = site.payloads.any(upTo: 60_000, using: &random)
            let question = payload.questions.randomElement(using: &random)!
            answers.append(question.answer)
            let body = payload.body.bytes(0..<payload.body.byteCount)
            if Bool.random(using: &random) {
                bytes += Requests.post(question.query, length: body.count) + body
            } else {
                bytes += Requests.chunked(question.query)
                for piece in Cuts(of: body.count, atMost: 4, using: &random).pieces {
                    bytes += Requests.chunkHeader(piece.count) + body[piece] + Requests.chunkEnd
                }
                bytes += Requests.lastChunk
            }
        }
        let pause = Int.random(in: 0...20, using: &random)
        let connection = try site.connect()
        try connection.send(bytes)
        for (index, answer) in answers.enumerated() {
            try connection.answer(answer, to: "request \(index + 1) of \(answers.count) in one piece")
        }
        sleep(milliseconds: pause)
    }
}

/// Posts whose body waits for `100 Continue`; some that must be refused without it.
struct ExpectingPosts: Client {
    let site: Site

    func act(using random: inout SplitMix64) throws {
        let payload = site.payloads.any(using: &random)
        let question = payload.questions.randomElement(using: &random)!
        let isTooLarge = Int.random(in: 0..<5, using: &random) == 0
        let length = isTooLarge ? Payloads.maxBodyBytes + 4 : payload.body.byteCount
        let pause = Int.random(in: 0...50, using: &random)
        let connection = try site.connect()
        try connection.send(Requests.post(question.query, length: length, ["Expect: 100-continue"]))
        let isTold = try connection.isToldToContinue()
        guard isTold != isTooLarge else {
            throw Mishap.wrongAnswer("\(length) bytes expected: \(isTold ? "invited" : "not invited")")
        }
        if isTooLarge {
            try connection.answer(413, to: "\(length) bytes announced")
            try connection.expectEnd(within: .seconds(5), of: "refused before its body")
        } else {
            try connection.send(bodyOf: payload, chunks: nil)
            try connection.answer(question.answer, to: "\(length) bytes after 100 Continue")
        }
        sleep(milliseconds: pause)
    }
}
