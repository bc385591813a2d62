internal import LoadGenerator

/// Idle for a while between two requests, within the limit: the second is answered like the first.
struct Idleness: Client {
    static let longest = Duration.seconds(15)

    let site: Site

    func act(using random: inout SplitMix64) throws {
        let rest = Int.random(in: 200...15_000, using: &random)
        let payload = site.payloads.any(upTo: 4_000, using: &random)
        let question = payload.questions.randomElement(using: &random)!
        let connection = try site.connect()
        try connection.send(Requests.health)
        try connection.answer(200, to: "the request before an idle time")
        guard !connection.hasNews(within: .milliseconds(rest)) else {
            throw Mishap.unexpectedEnd("ended within \(rest) ms of idleness")
        }
        try connection.post(payload, question.query, chunks: nil)
        try connection.answer(question.answer, to: "the request after \(rest) ms of idleness")
    }
}

/// Idle after a request, for longer than the limit of 60 s: closed without a word.
struct IdleTooLong: Client {
    let site: Site

    func act(using random: inout SplitMix64) throws {
        let connection = try site.connect()
        try connection.send(Requests.health)
        try connection.answer(200, to: "the request before an idle time")
        try connection.expectSilentEnd(after: .seconds(60), of: "idle for 60 s")
    }
}

/// Connects and says nothing: closed after 10 s, without a word.
struct Silence: Client {
    let site: Site

    func act(using random: inout SplitMix64) throws {
        let pause = Int.random(in: 0...1000, using: &random)
        sleep(milliseconds: pause)
        let connection = try site.connect()
        try connection.expectSilentEnd(after: .seconds(10), of: "silent for 10 s")
    }
}

extension RawConnection {
    /// The server must close it without a word when its time has come, and not before.
    fileprivate func expectSilentEnd(after limit: Duration, of what: String) throws {
        guard !hasNews(within: limit - .seconds(1)) else {
            throw Mishap.unexpectedEnd("\(what): ended more than a second before that")
        }
        try expectEnd(within: .seconds(4), of: what)
    }
}
