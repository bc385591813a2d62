import HTTPTypes
import SimulatedRing
import Uring

@testable import Sluice

extension Stage {
    /// A handler of each kind: `/wait/{ms}` sleeps, `/readable/{ms}` and `/writable/{ms}` wait for a descriptor,
    /// `/not-open` for none, `/pool` and `/pool/digest` run on the compute pool,
    /// `/slow/digest` holds its landed body for a while, `/streamed` writes as it goes, the writer of
    /// `/written/…` waits and has its text computed, `/target/{name}` tells what it sees of the target,
    /// `/cut` writes and fails, `/stalled` writes and waits, `/deaf` does not hear that it is cancelled.
    static func addHandlers(to routes: inout Routes, _ log: ProbeLog) {
        routes.get("/wait/{ms}") { request in
            let milliseconds = request.parameters["ms"].flatMap { Int($0) } ?? 0
            do { try await request.sleep(for: .milliseconds(milliseconds)) } catch {
                log.cancelled()
                throw error
            }
            return .text("waited \(milliseconds)\n")
        }
        routes.get("/deaf/{ms}") { request in
            let milliseconds = request.parameters["ms"].flatMap { Int($0) } ?? 0
            // As `Request.sleep(for:)` does, but for the cancellation.
            let sleeper = Sleeper()
            try await withCheckedThrowingContinuation { continuation in
                guard sleeper.begin(continuation) else { return }
                request.call.mailbox.post(.sleep(sleeper, .milliseconds(milliseconds)))
            }
            return .text("too late\n")
        }
        routes.get("/readable/{ms}") { request in
            try await Self.waitOutside(request, log) { try await request.waitUntilReadable($0) }
        }
        routes.get("/writable/{ms}") { request in
            try await Self.waitOutside(request, log) { try await request.waitUntilWritable($0) }
        }
        routes.get("/not-open") { request in
            do { try await request.waitUntilReadable(1) } catch let error as DescriptorError {
                return .text("\(error)\n")
            }
            return .text("ready\n")
        }
        routes.get("/pool", on: .computePool) { _ in .text("computed\n") }
        routes.post("/pool/digest") { _, body in
            unsafe body.withUnsafeBytes { memory in
                unsafe log.handled(SimulationTests.addresses(of: memory))
                return Response(body: Stage.digest(unsafe Array(memory)))
            }
        }
        routes.post("/slow/digest") { request, body in
            let first = unsafe body.withUnsafeBytes { Stage.digest(unsafe Array($0)) }
            try await request.sleep(for: .milliseconds(30))
            // Nobody may have written there meanwhile.
            let second = unsafe body.withUnsafeBytes { Stage.digest(unsafe Array($0)) }
            guard first == second else { throw HandlerError(.badGateway, "the body has changed") }
            return Response(body: second)
        }
        routes.get("/ask-pool") { request in
            try await request.sleep(for: .milliseconds(5))
            return .text(try await request.compute { "computed after a wait\n" })
        }
        routes.get("/streamed") { _ in
            Response { stream in
                for part in Stage.parts { try await stream.write(part) }
            }
        }
        routes.get("/target/{name}", on: .reactor) { request in
            let seen = [
                request.head.authority, request.head.path, request.path, request.query["x"],
                request.parameters["name"], HTTPField.Name("Host").flatMap { request.head.headerFields[$0] },
            ]
            return .text(seen.map { $0 ?? "none" }.joined(separator: " "))
        }
        let writesLater: Routes.Handler = { request in
            Response { stream in
                try await request.sleep(for: .milliseconds(5))
                try await stream.write(try await request.compute { "computed for a writer\n" })
            }
        }
        routes.get("/written/reactor", on: .reactor, writesLater)
        routes.get("/written/pool", on: .computePool, writesLater)
        routes.get("/no-answer", on: .reactor) { _ in Response(status: .init(code: 199)) { _ in } }
        routes.get("/overlap") { _ in
            Response { stream in
                do {
                    async let one: Void = stream.write("one")
                    async let other: Void = stream.write("other")
                    _ = try await (one, other)
                } catch is OverlappingWrite {
                    // Whichever came second; both have ended.
                    try await stream.write(", refused")
                }
            }
        }
        routes.get("/cut") { _ in
            Response { stream in
                try await stream.write("the beginning")
                throw HandlerError(.badGateway, "no more")
            }
        }
        routes.get("/stalled") { request in
            Response { stream in
                try await stream.write("the beginning")
                try await request.sleep(for: .seconds(3600))
            }
        }
        routes.get("/refuse/{code}") { request in
            let code = request.parameters["code"].flatMap { Int($0) } ?? 0
            throw HandlerError(.init(code: code), "as \"asked\"")
        }
    }

    /// Waits for a descriptor that becomes ready after a while, and closes it whatever comes.
    private static func waitOutside(
        _ request: Request, _ log: ProbeLog, _ wait: (Int32) async throws -> Void
    ) async throws -> Response {
        let milliseconds = request.parameters["ms"].flatMap { Int($0) } ?? 0
        let readiness: Readiness = request.path.hasPrefix("/readable") ? .readable : .writable
        let kernel = log.kernel
        let outside = kernel.openOutside()
        defer { kernel.closeOutside(outside) }
        if milliseconds == 0 {
            kernel.makeReady(outside, for: readiness)
        } else {
            kernel.after(.milliseconds(milliseconds)) { $0.makeReady(outside, for: readiness) }
        }
        do { try await wait(outside.number) } catch {
            log.cancelled()
            throw error
        }
        return .text("ready after \(milliseconds)\n")
    }

    /// Asks one request after the other on one connection, and waits for all answers.
    func ask(_ requests: [PlannedRequest]) throws -> ReceivedResponses {
        let client = kernel.connect(
            to: listener, requests.flatMap { [ClientStep.send($0.bytes), .awaitResponse] })
        try runClients()
        return ReceivedResponses(client.received)
    }
}
