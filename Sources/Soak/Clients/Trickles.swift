internal import LoadGenerator

/// Clients that send a byte now and then, for as long as they are let. Each must be told 408 and be closed, not
/// before its time and not long after.
private struct Trickle {
    let what: String
    /// No earlier: the limit is not over.
    let earliest: Duration
    /// No later: the limit, and what a busy machine may add.
    let latest: Duration

    /// - Parameter drip: sends the next few bytes.
    func run(on connection: RawConnection, _ drip: () throws -> Void) throws {
        let began = ContinuousClock.now
        while !connection.hasNews(within: .milliseconds(500)) {
            guard ContinuousClock.now - began < latest else {
                throw Mishap.unexpectedEnd("\(what): not cut off within \(latest)")
            }
            do {
                try drip()
            } catch LoadFailure.broken {
                // Its answer, if there is one, says more.
                break
            }
        }
        let lasted = ContinuousClock.now - began
        try connection.answer(408, to: what)
        guard lasted >= earliest else {
            throw Mishap.unexpectedEnd("\(what): cut off after \(lasted), before \(earliest)")
        }
        connection.halfClose()
        try connection.expectEnd(within: .seconds(4), of: what)
    }
}

/// A head, a byte at a time: complete within 5 s of its first byte, or 408.
struct SlowHead: Client {
    let site: Site

    func act(using random: inout SplitMix64) throws {
        let start = Int.random(in: 1...60, using: &random)
        let pause = Int.random(in: 0...1000, using: &random)
        sleep(milliseconds: pause)
        let head = Requests.post("columns=1", ["X-Slow: \(String(repeating: "x", count: 100))"])
        let connection = try site.connect()
        try connection.send(Array(head[..<start]))
        var sent = start
        try Trickle(what: "a trickled head", earliest: .seconds(4), latest: .seconds(7)).run(on: connection) {
            try connection.send([head[sent]])
            sent += 1
        }
    }
}

/// A body of which a part comes fast and the rest a byte at a time: in each period of 5 s 320 KiB must arrive.
struct SlowBody: Client {
    let site: Site
    let payload: Payload
    let fastBytes: ClosedRange<Int>

    func act(using random: inout SplitMix64) throws {
        let fast = Int.random(in: fastBytes, using: &random)
        let pause = Int.random(in: 0...2000, using: &random)
        let query = payload.questions.randomElement(using: &random)!.query
        sleep(milliseconds: pause)
        let count = payload.body.byteCount
        let connection = try site.connect()
        try connection.send(Requests.post(query, length: count))
        try connection.send(payload.body, 0..<fast)
        var sent = fast
        try Trickle(
            what: "\(fast) of \(count) bytes, then a trickle", earliest: .seconds(4), latest: .seconds(12)
        ).run(on: connection) {
            try connection.send(payload.body, sent..<(sent + 1))
            sent += 1
        }
    }
}

/// A body in chunks of one byte, each with its framing.
struct SlowChunks: Client {
    let site: Site

    func act(using random: inout SplitMix64) throws {
        let query = ["kernel=sum", "columns=2500", "kernel=maximum"].randomElement(using: &random)!
        let pause = Int.random(in: 0...1000, using: &random)
        sleep(milliseconds: pause)
        let connection = try site.connect()
        try connection.send(Requests.chunked(query))
        try Trickle(what: "a trickle of chunks", earliest: .seconds(4), latest: .seconds(12)).run(
            on: connection
        ) {
            try connection.send(Array("1\r\nx\r\n".utf8))
        }
    }
}
