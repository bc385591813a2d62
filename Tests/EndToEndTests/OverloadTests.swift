import Testing

/// More clients than there is room for.
struct OverloadTests {
    private let request = "GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"

    @Test(arguments: [10, 150])
    func fullServerAnswersOrLeavesClientsWaiting(extra: Int) throws {
        try withServer(["--max-connections", "4"]) { server in
            let kept = try (0..<4).map { _ in
                let client = try server.connect()
                #expect(try client.ask(Request.health).status == 200)
                return client
            }
            let others = try (0..<extra).map { _ in
                let client = try server.connect()
                try client.send(request)
                return client
            }
            // At least one is told so at once; the connections that are served are not disturbed.
            let isTold = eventually { others.contains { $0.hasNews } }
            #expect(isTold)
            for client in kept { #expect(try client.ask(Request.health).status == 200) }
            for client in kept { client.close() }
            var answers: [Int: Int] = [:]
            for client in others {
                let answer = try client.readAnswer()
                answers[answer.status, default: 0] += 1
                if answer.status == 503 { #expect(answer["Retry-After"] == "1" && answer.saysClose) }
                #expect(try client.readToEnd().isEmpty)
            }
            #expect(Set(answers.keys).isSubset(of: [200, 503]), "\(answers)")
        }
    }

    @Test(arguments: [[], ["--max-connections", "1000"]])
    func servesOnWithFewDescriptors(arguments: [String]) throws {
        try withServer(arguments, descriptors: 64) { server in
            for _ in 0..<3 {
                let clients = try (0..<200).map { _ in try server.connect() }
                for client in clients { try client.send(request) }
                var answers: [Int: Int] = [:]
                for client in clients {
                    answers[try client.readAnswer().status, default: 0] += 1
                    client.close()
                }
                #expect(Set(answers.keys).isSubset(of: [200, 503]), "\(answers)")
                #expect(answers[200] ?? 0 > 0, "\(answers)")
            }
        }
    }
}
