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

    /// Linux makes the table of descriptors longer as they are opened, and nobody is accepted meanwhile.
    @Test func hasRoomForEveryConnectionsDescriptorFromTheStart() throws {
        try withServer(["--max-connections", "1500"]) { server in
            let size = server.descriptorTableSize
            #expect(size >= 1500, "the first crowd waits while the table grows from \(size)")
        }
    }

    /// Every descriptor is held by a connection that stays: who comes is told so, one after the other, by a spare one.
    @Test func tellsWhoComesWhenDescriptorsAreShort() throws {
        try withServer(["--max-connections", "1000"], descriptors: 64) { server in
            let before = try server.metrics()
            var kept: [Client] = []
            var told = 0
            while told < 20, kept.count < 100 {
                let client = try server.connect()
                let answer = try client.ask(Request.health)
                guard answer.status == 503 else {
                    #expect(answer.status == 200)
                    kept.append(client)
                    continue
                }
                told += 1
                #expect(answer["Retry-After"] == "1" && answer.saysClose, "\(answer)")
                #expect(try client.readToEnd().isEmpty)
                client.close()
            }
            #expect(told == 20, "\(kept.count) were served")
            #expect(kept.count > 20)
            // Those who were there are not disturbed, and with a descriptor free again the next is served.
            for client in kept { #expect(try client.ask(Request.health).status == 200) }
            for client in kept { client.close() }
            let isServed = try eventually { try server.ask(Request.health).status == 200 }
            #expect(isServed)
            let after = try server.metrics()
            #expect(after["connections_refused_total"] >= before["connections_refused_total"] + told)
            #expect(after["accept_failures_total"] > before["accept_failures_total"])
        }
    }

    /// 1,100 clients that begin a head and never end it want more head buffers than there are. One who is well is
    /// answered long before their five seconds are over, and memory stays what it was.
    @Test func answersWhoIsWellBesideACrowdOfSlowHeads() throws {
        raiseDescriptorLimit(to: 1500)
        try withServer { server in
            let residentBytes = server.residentBytes
            let begin = ContinuousClock.now
            let slow = try (0..<1100).map { _ in
                let client = try server.connect()
                try client.send("G")
                return client
            }
            #expect(try server.ask(Request.health).status == 200)
            let waited = ContinuousClock.now - begin
            #expect(waited < .seconds(4), "it had to wait for the end of the others' time")
            // One buffer for each who found none, each reactor in its time.
            let areReclaimed = try eventually {
                try server.metrics()["head_buffers_reclaimed_total"] >= 1100 - 1024
            }
            #expect(areReclaimed)
            for _ in 0..<20 { #expect(try server.ask(Request.health).status == 200) }
            #expect(server.residentBytes - residentBytes < 8 << 20)
            var answers: [Int: Int] = [:]
            for client in slow { answers[try client.readAnswer().status, default: 0] += 1 }
            #expect(Set(answers.keys) == [408, 503], "\(answers)")
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
