internal import LoadGenerator

/// Asks for pages and takes none of them, until the server can send no more: ended when the answer under way
/// has not been taken for 5 s.
struct SlowReader: Client {
    let site: Site

    func act(using random: inout SplitMix64) throws {
        let pause = Int.random(in: 0...1000, using: &random)
        sleep(milliseconds: pause)
        let connection = try site.connect(receiveBuffer: 4096)
        var many: [UInt8] = []
        for _ in 0..<100 { many += Requests.metrics }
        guard try connection.sendUntilStalled(many, for: .seconds(1), limit: 2000) else {
            throw Mishap.unexpectedEnd("answers not taken: the server reads on and on")
        }
        sleep(milliseconds: 8000)
        do {
            // What was on its way comes, then the end: a reset, for there are requests it has not read.
            _ = try connection.rest(within: .seconds(3))
        } catch LoadFailure.broken {
            return
        } catch LoadFailure.timeout {
            throw Mishap.unexpectedEnd("answers not taken: still served after 9 s")
        }
    }
}
