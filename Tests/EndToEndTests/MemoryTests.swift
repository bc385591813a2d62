import Testing

/// The budget of `--memory`: who waits, who is refused, and that all of it comes back.
struct MemoryTests {
    private let body = [UInt8](repeating: 0, count: 6_000_000)
    /// The largest body and its scratch, and no second one beside it.
    private let landed = ["--body", "landed", "--max-body", "7MiB", "--memory", "8MiB"]

    @Test func secondLandedBodyWaitsAndIsRefused() throws {
        try withServer(landed) { server in
            let first = try server.connect()
            let request = Request.post(body, query: "kernel=sum")
            try first.send(request.prefix(3_000_000))
            #expect(try eventually { try server.metrics()["memory_leased_bytes"] >= body.count })
            let start = ContinuousClock.now
            let second = try server.connect()
            // Not invited either: nothing of it may be read before there is memory.
            try second.send(Request.head("kernel=sum", ["Content-Length: 6000000", "Expect: 100-continue"]))
            #expect(try server.ask(Request.health).status == 200)
            let answer = try second.readAnswer()
            #expect(answer.status == 503 && answer.saysClose && answer["Retry-After"] == "1", "\(answer)")
            #expect(ContinuousClock.now - start >= .seconds(1))
            #expect(try second.readToEnd().isEmpty)
            #expect(try server.metrics()["memory_refusals_total"] == 1)
            try first.send(request[3_000_000...])
            #expect(try first.readAnswer().bits == 0)
            #expect(try eventually { try server.metrics()["memory_leased_bytes"] == 0 })
            #expect(try server.ask(request).bits == 0)
        }
    }

    @Test func waitingBodyIsTakenWhenMemoryComesBack() throws {
        try withServer(landed) { server in
            let request = Request.post(body, query: "kernel=sum")
            // On a machine that stalls for a second the second one is rightly refused: then again.
            let wasServed = try eventually {
                let first = try server.connect()
                let second = try server.connect()
                try first.send(request.prefix(3_000_000))
                _ = try eventually { try server.metrics()["memory_leased_bytes"] > 0 }
                let head = Request.head("kernel=sum", ["Content-Length: 6000000"])
                try second.send(head)
                try first.send(request[3_000_000...])
                #expect(try first.readAnswer().bits == 0)
                try? second.send(body)
                return try second.readAnswer().bits == 0
            }
            #expect(wasServed)
        }
    }

    /// Whoever gives up waiting must not be given memory that nobody returns.
    @Test func waitingClientMayLeave() throws {
        try withServer(landed) { server in
            let request = Request.post(body, query: "kernel=sum")
            let first = try server.connect()
            try first.send(request.prefix(3_000_000))
            _ = try eventually { try server.metrics()["memory_leased_bytes"] > 0 }
            for round in 0..<20 {
                let other = try server.connect()
                try other.send(request.prefix(1000))
                if round % 2 == 0 { other.reset() } else { other.close() }
            }
            try first.send(request[3_000_000...])
            #expect(try first.readAnswer().bits == 0)
            #expect(try eventually { try server.ask(request).bits == 0 })
        }
    }

    @Test func scratchIsLeasedForTheBodyAndReturned() throws {
        try withServer(["--max-body", "4MiB", "--memory", "16MiB"]) { server in
            let values = [UInt8](repeating: 0, count: 1_000_000)
            for (request, expected) in [
                // 4 bytes a row, in whole pages; a chunked body might be the largest allowed.
                (Request.post(values, query: "columns=1"), 1_003_520),
                (Request.postChunked(values, cuts: [500_000], query: "columns=1"), 4 << 20),
                // Needs its count, so it is landed.
                (Request.postChunked(values, cuts: [500_000], query: "kernel=sum"), 4 << 20),
                (Request.post(values, query: "kernel=sum"), 0),
            ] {
                let client = try server.connect()
                try client.send(request.prefix(600_000))
                let isLeased = try eventually {
                    let metrics = try server.metrics()
                    return metrics["bodies_in_flight"] == 1 && metrics["memory_leased_bytes"] == expected
                }
                let leased = try server.metrics()["memory_leased_bytes"]
                #expect(isLeased, "\(leased), expected \(expected)")
                try client.send(request[600_000...])
                #expect(try client.readAnswer().bits == 0)
                #expect(try eventually { try server.metrics()["memory_leased_bytes"] == 0 })
            }
        }
    }

    @Test func whatCanNeverBeGrantedIsRefusedAtOnce() throws {
        try withServer(["--max-body", "8MiB", "--memory", "2MiB"]) { server in
            let answer = try server.ask(Request.head("columns=1", ["Content-Length: 8000000"]))
            #expect(answer.status == 413 && answer.saysClose, "\(answer)")
            let chunked = try server.ask(Request.head("kernel=sum", ["Transfer-Encoding: chunked"]))
            #expect(chunked.status == 413 && chunked.saysClose, "\(chunked)")
            #expect(try server.ask(Request.post([0, 0, 0, 0])).bits == 0)
            #expect(server.log.contains(Self.shortage), "\(server.log)")
            #expect(server.log.contains("kernels=sum mean"), "\(server.log)")
        }
    }

    private static let shortage = "chunked bodies of some kernels are refused"

    @Test func doesNotWarnWhereEveryKernelHasItsMemory() throws {
        try withServer { #expect(!$0.log.contains(Self.shortage), "\($0.log)") }
        try withServer(landed) { #expect(!$0.log.contains(Self.shortage), "\($0.log)") }
    }

    /// What fits in without its scratch would be refused with every chunked body.
    @Test func refusesToStartWithoutMemoryForALandedBody() throws {
        for maxBody in ["512MiB", "9223372036854775807"] {
            let (code, log) = try refused(["--port", "0", "--body", "landed", "--max-body", maxBody])
            #expect(code == 64 && log.contains("--memory 512MiB cannot hold one landed body"), "\(log)")
        }
    }
}
