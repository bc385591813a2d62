internal import Glibc
internal import Testing

@testable internal import Sluice

/// What a server leaves behind when its time to stop is over.
struct ServerEndTests {
    /// Its client is cut off and its reactor has ended, and what it awaits comes later: it must still come to its end,
    /// for it may hold what others wait for.
    @Test func aHandlerThatIsCutOffComesToItsEnd() async throws {
        let (began, mayEnd, ended) = (Latch(), Latch(), Latch())
        defer { mayEnd.open() }
        var routes = Routes()
        routes.get("/slow") { request in
            defer { ended.open() }
            return try await request.compute {
                began.open()
                while !mayEnd.isOpen { usleep(1000) }
                return .text("late\n")
            }
        }
        try await serve(routes, to: "/slow", until: began)
        #expect(!ended.isOpen)
        mayEnd.open()
        #expect(await ended.isOpened())
    }

    /// Nobody keeps the time for it any more, and its task may hold what others wait for.
    @Test func aSleepThatOutlivesItsAnswerEndsWithTheServer() async throws {
        let (answered, ended) = (Latch(), Latch())
        var routes = Routes()
        routes.get("/left") { request in
            Task.detached {
                try? await request.sleep(for: .seconds(60))
                ended.open()
            }
            // By then the other sleeps.
            try await request.sleep(for: .milliseconds(100))
            answered.open()
            return .text("answered\n")
        }
        try await serve(routes, to: "/left", until: answered) { #expect(!ended.isOpen) }
        #expect(await ended.isOpened())
    }

    /// It waits for a thread of the pool that somebody else has, and whoever waits for it is no task of a request.
    @Test func workThatWasLeftInLineEndsWithTheServer() async throws {
        let (began, mayEnd, answered, ended) = (Latch(), Latch(), Latch(), Latch())
        defer { mayEnd.open() }
        var routes = Routes()
        routes.get("/left") { request in
            Task.detached {
                try await request.compute {
                    began.open()
                    while !mayEnd.isOpen { usleep(1000) }
                }
            }
            Task.detached {
                guard await began.isOpened() else { return }
                do { try await request.compute {} } catch { ended.open() }
            }
            // By then the other is in line, or comes when there is none any more.
            try await request.sleep(for: .milliseconds(200))
            answered.open()
            return .text("answered\n")
        }
        try await serve(routes, to: "/left", until: answered) { #expect(!ended.isOpen) }
        #expect(await ended.isOpened())
    }

    /// Its task is what a service group cancels where another of its services has failed.
    @Test(.timeLimit(.minutes(1))) func whoCancelsItsRunStopsTheServer() async throws {
        let (began, ended) = (Latch(), Latch())
        var routes = Routes()
        routes.get("/slow") { request in
            began.open()
            defer { ended.open() }
            try await request.sleep(for: .seconds(60))
            return .text("late\n")
        }
        let server = try server(routes)
        let run = Task { try await server.run() }
        let client = try connect(to: server.address)
        defer { close(client) }
        try ask("/slow", client)
        #expect(await began.isOpened())
        run.cancel()
        try await run.value
        #expect(await ended.isOpened())
    }

    @Test(.timeLimit(.minutes(1))) func aRunThatWasCancelledBeforehandServesNobody() async throws {
        let server = try server(Routes())
        let run = Task {
            while !Task.isCancelled { await Task.yield() }
            try await server.run()
        }
        run.cancel()
        try await run.value
    }

    private func server(_ routes: Routes) throws -> Server {
        var limits = Limits()
        limits.stopDeadline = .milliseconds(50)
        limits.computeThreads = 1
        return try Server(
            routes: routes, listen: .tcp(host: "127.0.0.1", port: 0), threads: 1, limits: limits)
    }

    private func ask(_ path: String, _ client: Int32) throws {
        let request = Array("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
        #expect(unsafe send(client, request, request.count, 0) == request.count)
    }

    /// Runs a server for one request, then stops it, and returns when it has ended.
    private func serve(
        _ routes: Routes, to path: String, until latch: Latch, beforeStop check: () -> Void = {}
    ) async throws {
        let server = try server(routes)
        async let end: Void = server.run()
        let client = try connect(to: server.address)
        defer { close(client) }
        try ask(path, client)
        #expect(await latch.isOpened())
        check()
        server.stop()
        try await end
    }
}
