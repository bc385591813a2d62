import SimulatedRing
import Testing

@testable import Sluice

/// Handlers that stand in line for a thread.
@Suite struct ComputePoolTests {
    /// Nobody is waited for as long as the work that is before him takes.
    private static func impatientStage() throws -> Stage {
        var limits = Stage.smallLimits
        limits.handlerTimeout = .milliseconds(100)
        let stage = try Stage(limits: limits)
        stage.compute.longestWork = .seconds(5)
        return stage
    }

    @Test func whoFindsThePoolsLineFullIsRefused() throws {
        let stage = try Stage()
        stage.compute.limit = 4
        stage.compute.longestWork = .seconds(1)
        let clients = (0..<12).map { _ in
            stage.kernel.connect(
                to: stage.listener, [.send(PlannedRequest.get("/pool").bytes), .awaitResponse])
        }
        try stage.runClients()
        let answers = clients.compactMap { ReceivedResponses($0.received).finals.first }
        // One is worked for and four wait.
        #expect(answers.count { $0.status == 200 } == 5)
        #expect(answers.count { $0.status == 503 && $0.closes && $0.fields["retry-after"] == "1" } == 7)
        #expect(stage.context.metrics[0].computeRefusals.value == 7)
        try stage.comeToRest()
    }

    @Test func whoWaitsTooLongForThePoolGets504AndIsNotWorkedFor() throws {
        let stage = try Self.impatientStage()
        let clients = (0..<3).map { _ in
            stage.kernel.connect(
                to: stage.listener,
                [.send(PlannedRequest.post("/pool/digest", [1, 2, 3, 4]).bytes), .awaitResponse])
        }
        try stage.runClients()
        let statuses = clients.compactMap { ReceivedResponses($0.received).finals.first?.status }
        #expect(statuses == [504, 504, 504])
        try stage.comeToRest()
        #expect(stage.log.answeredLengths.isEmpty)
    }

    /// Neither a place in the line nor what they had for their work: others wait for both. Of what was granted for a body
    /// whose length nobody knew, a handler's call keeps what it has come to.
    @Test(arguments: [
        "/pool/digest", "/predict?columns=1&kernel=sum",
    ])
    func whoIsGivenUpInTheLineHoldsNoMemory(path: String) throws {
        let stage = try Self.impatientStage()
        let clients = (0..<3).map { _ in
            let request = PlannedRequest.post(path, [1, 2, 3, 4], framing: .chunked([4]))
            return stage.kernel.connect(to: stage.listener, [.send(request.bytes), .awaitResponse])
        }
        try stage.run { stage.compute.waitingCount == 2 }
        #expect(stage.context.arena.leasedBytes == 3 * PageMemory.pageBytes)
        try stage.runClients()
        #expect(clients.flatMap { ReceivedResponses($0.received).finals.map(\.status) } == [504, 504, 504])
        #expect(stage.compute.waitingCount == 0)
        #expect(stage.context.arena.leasedBytes == 0)
        try stage.comeToRest()
    }

    /// Nor does whoever has gone: at once, and not when his turn comes.
    @Test(arguments: ["/pool/digest", "/predict?columns=1&kernel=sum"])
    func whoIsResetInTheLineLeavesIt(path: String) throws {
        var limits = Stage.smallLimits
        limits.handlerTimeout = .seconds(60)
        let stage = try Stage(limits: limits)
        stage.compute.longestWork = .seconds(50)
        let request = PlannedRequest.post(path, [1, 2, 3, 4], framing: .chunked([4])).bytes
        let first = stage.kernel.connect(to: stage.listener, [.send(request), .awaitResponse])
        let second = stage.kernel.connect(
            to: stage.listener, after: .milliseconds(1),
            [.send(request), .pause(.milliseconds(5)), .send(request), .pause(.milliseconds(5)), .reset])
        try stage.run { stage.compute.waitingCount == 1 }
        let leased = stage.context.arena.leasedBytes
        try stage.run { second.isFinished }
        try stage.run(for: .milliseconds(50))
        #expect(stage.compute.waitingCount == 0)
        #expect(stage.context.arena.leasedBytes == leased / 2)
        #expect(stage.total(\.connectionsOpen) == 1)
        try stage.runClients()
        #expect(ReceivedResponses(first.received).finals.map(\.status) == [200])
        try stage.comeToRest()
    }

    /// Each was granted a quarter of the memory, and has come to four bytes.
    @Test func smallBodiesOfUnknownLengthKeepNobodyOut() throws {
        var limits = Stage.smallLimits
        limits.maxBodyBytes = 4 << 20
        limits.memoryBytes = 16 << 20
        let stage = try Stage(limits: limits)
        stage.compute.longestWork = .seconds(5)
        for _ in 0..<5 {
            let request = PlannedRequest.post("/pool/digest", [1, 2, 3, 4], framing: .chunked([4]))
            _ = stage.kernel.connect(to: stage.listener, [.send(request.bytes), .awaitResponse])
        }
        try stage.run { stage.compute.waitingCount == 4 }
        #expect(stage.total(\.memoryWaits) == 0)
        try stage.runClients()
        try stage.comeToRest()
    }

    /// Nor does it wait for the pool to find out that it is.
    @Test func anAsyncHandlerThatIsGivenUpInTheLineEndsAtOnce() throws {
        let stage = try Self.impatientStage()
        let clients = (0..<3).map { _ in
            stage.kernel.connect(
                to: stage.listener, [.send(PlannedRequest.get("/ask-pool").bytes), .awaitResponse])
        }
        try stage.runClients()
        #expect(clients.flatMap { ReceivedResponses($0.received).finals.map(\.status) } == [504, 504, 504])
        try stage.run { stage.tasksRunning == 0 }
        #expect(stage.compute.waitingCount == 0)
        try stage.comeToRest()
    }

    @Test(arguments: [0, 1, 3]) func anAsyncHandlerMayAskThePool(limit: Int) throws {
        let stage = try Stage()
        stage.compute.limit = limit
        let clients = (0..<5).map { _ in
            stage.kernel.connect(
                to: stage.listener, [.send(PlannedRequest.get("/ask-pool").bytes), .awaitResponse])
        }
        try stage.runClients()
        let answers = clients.compactMap { ReceivedResponses($0.received).finals.first }
        // As in `whoFindsThePoolsLineFullIsRefused()`, and none at all where there is no line.
        let served = limit == 0 ? 0 : limit + 1
        #expect(answers.count { $0.text == "computed after a wait\n" } == served)
        #expect(
            answers.count { $0.status == 503 && $0.closes && $0.fields["retry-after"] == "1" } == 5 - served)
        #expect(stage.context.metrics[0].computeRefusals.value == 5 - served)
        try stage.comeToRest()
        try stage.stopAndFinish()
    }
}
