import Fixtures
import Testing

private let kernels = ["row-mean-std", "sum", "mean", "minimum", "maximum"]

/// numpy's own answers, through real sockets. Loops rather than arguments: tens of thousands of cases.
struct FixtureTests {
    @Test(arguments: ["streamed", "landed"])
    func answersAsNumpy(placement: String) throws {
        try withServer(["--body", placement, "--memory", "128MiB"]) { server in
            var generator = SeededGenerator(seed: seed)
            var client = try server.connect()
            var requests = 0
            for (bytes, fixture, kernel) in cases(Fixture.all) {
                let query = "kernel=\(kernel)&columns=\(fixture.columns)"
                let cuts = generator.cuts(of: bytes.count, atMost: 20)
                for request in [
                    Request.post(bytes, query: query), Request.postChunked(bytes, cuts: cuts, query: query),
                ] {
                    let answer = try client.ask(request)
                    #expect(
                        answer.bits == fixture.answers[kernel],
                        "\(kernel), \(fixture), seed \(seed): \(answer)")
                    requests += 1
                    if answer.saysClose { client = try server.connect() }
                }
            }
            #expect(requests > 3000)
        }
    }

    /// Over a Unix socket, where a client can see that a piece has been taken before it sends the next.
    @Test(arguments: ["streamed", "landed"])
    func answersAsNumpyWhereverTheBodyIsCut(placement: String) throws {
        try withServer(["--body", placement, "--memory", "128MiB"], unix: true) { server in
            var client = try server.connect()
            for (bytes, fixture, kernel) in cases(Fixture.all.filter { $0.count <= largestCutCount }) {
                let query = "kernel=\(kernel)&columns=\(fixture.columns)"
                let whole = Request.post(bytes, query: query)
                for cut in (whole.count - bytes.count)..<whole.count {
                    try client.send(whole, cutAt: [cut])
                    let answer = try client.readAnswer()
                    #expect(
                        answer.bits == fixture.answers[kernel], "\(kernel), \(fixture), cut \(cut): \(answer)"
                    )
                    if answer.saysClose { client = try server.connect() }
                }
            }
        }
    }

    @Test(arguments: ["streamed", "landed"])
    func answersAsNumpyCutAtRandom(placement: String) throws {
        try withServer(["--body", placement, "--memory", "128MiB", "--window-size", "4096"], unix: true) {
            server in
            var generator = SeededGenerator(seed: seed)
            let client = try server.connect()
            for (bytes, fixture, kernel) in cases(
                Fixture.all.filter { $0.count >= 1000 && $0.count <= 20_000 })
            {
                let query = "kernel=\(kernel)&columns=\(fixture.columns)"
                let chunks = generator.cuts(of: bytes.count, atMost: 10)
                for request in [
                    Request.post(bytes, query: query), Request.postChunked(bytes, cuts: chunks, query: query),
                ] {
                    let cuts = generator.cuts(of: request.count, atMost: 20)
                    try client.send(request, cutAt: cuts)
                    let answer = try client.readAnswer()
                    #expect(
                        answer.bits == fixture.answers[kernel],
                        "\(kernel), \(fixture), seed \(seed), chunks \(chunks), cuts \(cuts): \(answer)")
                }
            }
        }
    }

    @Test func answersTheLargeRampExactly() throws {
        #if DEBUG
            // A debug build's kernels take minutes for it. The release run of this test is part of Tests/run.
            let ramps: [Fixture] = []
        #else
            let ramps = Fixture.all.filter { $0.source == "ramp" && $0.count == 7_500_000 }
            #expect(ramps.contains { $0.columns == 2500 })
        #endif
        for placement in ramps.isEmpty ? [] : ["streamed", "landed"] {
            try withServer(["--body", placement, "--memory", "256MiB"]) { server in
                let client = try server.connect()
                let bytes = ramps[0].bytes
                for ramp in ramps {
                    for kernel in kernels {
                        let query = "kernel=\(kernel)&columns=\(ramp.columns)"
                        for request in [
                            Request.post(bytes, query: query),
                            Request.postChunked(bytes, cuts: [5, 1_000_003, 20_000_000], query: query),
                        ] {
                            let answer = try client.ask(request)
                            #expect(answer.bits == ramp.answers[kernel], "\(kernel), \(ramp): \(answer)")
                        }
                    }
                }
            }
        }
    }

    #if DEBUG
        private let largestCutCount = 9
    #else
        private let largestCutCount = 96
    #endif

    /// Each fixture with its bytes and each kernel; only one kernel asks for rows, so the others take each array
    /// once.
    private func cases(_ fixtures: [Fixture]) -> [(bytes: [UInt8], fixture: Fixture, kernel: String)] {
        var cases: [(bytes: [UInt8], fixture: Fixture, kernel: String)] = []
        var bytes: [String: [UInt8]] = [:]
        for fixture in fixtures {
            if let known = bytes[fixture.name] {
                cases.append((known, fixture, kernels[0]))
                continue
            }
            let made = fixture.bytes
            bytes[fixture.name] = made
            for kernel in kernels { cases.append((made, fixture, kernel)) }
        }
        return cases
    }
}
