import Fixtures
import Glibc
import Testing

/// Many clients at once, each answer compared. Five seconds each; `SLUICE_LOAD_SECONDS=30` for longer.
struct LoadTests {
    private static let seconds =
        unsafe getenv("SLUICE_LOAD_SECONDS").flatMap { unsafe Int(String(cString: $0)) } ?? 5
    private static let connectionCount = 200

    @Test(arguments: [
        ["--body", "streamed"], ["--body", "landed", "--max-body", "4MiB", "--memory", "1GiB"],
    ])
    func answersTwoHundredConnectionsAtOnce(arguments: [String]) throws {
        try withServer(arguments) { server in
            let posts = Self.posts
            let threads = server.settledThreadNames
            let connections = try (0..<Self.connectionCount).map {
                try LoadConnection(to: server.address, posts: posts, beginningWith: $0)
            }
            let end = ContinuousClock.now + .seconds(Self.seconds)
            var lastLook = ContinuousClock.now
            let failure = try drive(connections) {
                if ContinuousClock.now - lastLook > .seconds(1) {
                    lastLook = .now
                    expectSameThreads(server, threads)
                }
                return ContinuousClock.now < end
            }
            #expect(failure == nil)
            let answered = connections.map(\.answered)
            print(
                "load: \(answered.reduce(0, +)) right answers on \(connections.count) connections in \(Self.seconds) s, \(arguments)"
            )
            #expect(answered.min() ?? 0 > 0, "a connection got no answer: \(answered)")
        }
    }

    /// Every kernel, whole and in chunks, from one value to the largest that a build of this kind has time for.
    private static var posts: [LoadConnection.Post] {
        let sizes: Set = [1, 144, 1000, 10_000, 800_000]
        var posts: [LoadConnection.Post] = []
        for fixture in Fixture.all where sizes.contains(fixture.count) {
            let bytes = fixture.bytes
            for (kernel, expected) in fixture.answers.sorted(by: { $0.key < $1.key }) {
                let query = "kernel=\(kernel)&columns=\(fixture.columns)"
                let isChunked = posts.count % 4 == 3
                posts.append(
                    LoadConnection.Post(
                        bytes: isChunked
                            ? Request.postChunked(bytes, cuts: [bytes.count / 3], query: query)
                            : Request.post(bytes, query: query),
                        expected: expected, name: "\(kernel), \(fixture)"))
            }
        }
        return posts
    }
}
