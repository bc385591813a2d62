import LoadGenerator
import Testing

@testable import Compare

struct CellFiguresTests {
    private let workload = Workload(
        name: "", route: .hello, requests: 10, connections: 10, limit: .seconds(5))

    @Test func countsRightAnswersAlone() {
        var figures = CellFigures()
        (figures.right, figures.failures, figures.seconds) = (99, 1, 3)
        #expect(figures.requestsPerSecond == 33)
        #expect(figures.counts)
        #expect(figures.allDoneAfter == nil)
        figures.failures = 2
        #expect(!figures.counts)
    }

    @Test func isDoneWhenEverythingWasAnsweredOrRefused() {
        var figures = CellFigures()
        (figures.right, figures.refused, figures.seconds) = (5, 5, 2)
        #expect(figures.allDoneAfter == 2)
        figures.cutAfter = 5
        #expect(figures.allDoneAfter == nil)
    }

    /// A load that was over too soon is not measured, but what went wrong in it did.
    @Test func whatWentWrongBeforeIsNotForgotten() {
        var workload = workload
        workload.isStretched = true
        var loads: [Int] = []
        let figures = workload.stretched { requests in
            loads.append(requests)
            var figures = CellFigures()
            (figures.asked, figures.right, figures.seconds) = (requests, requests, 0.1)
            if loads.count == 1 { (figures.wrong, figures.failures, figures.firstFailure) = (1, 2, "reset") }
            return figures
        }
        #expect(loads == [10, 100])
        #expect(figures.asked == 103 && figures.ended == 103)
        #expect(figures.right == 100 && figures.wrong == 1 && figures.failures == 2)
        #expect(figures.firstFailure == "reset")
        #expect(!figures.counts && figures.allDoneAfter == nil)
    }

    @Test(arguments: [
        (0.4, true, nil, 3), (1, true, nil, 1), (3, true, nil, 1), (0.4, false, nil, 1), (0.4, true, 5, 1),
        (1e-9, true, nil, 1000),
    ])
    func asksAgainSoOftenAsTakesASecond(
        seconds: Double, isStretched: Bool, cutAfter: Double?, factor: Int
    ) {
        var workload = workload
        workload.isStretched = isStretched
        var figures = CellFigures()
        (figures.right, figures.seconds, figures.cutAfter) = (10, seconds, cutAfter)
        #expect(workload.stretch(figures) == factor)
        workload.opensAnew = true
        #expect(workload.stretch(figures) == min(factor, 3))
    }

    @Test func countsAsUnfinishedWhatWasAskedAndNeverEnded() {
        let figures = CellFigures(LoadOutcome(), of: 30, workload: workload)
        #expect(figures.asked == 30 && figures.unfinished == 30 && figures.cutAfter == 5)
    }

    @Test func dividesTheProcessorTimeByWhatWasAnswered() {
        var figures = CellFigures()
        (figures.right, figures.seconds, figures.cpuSeconds) = (100, 2, 3)
        #expect(Figure.cpuPerRequest.value(figures, workload) == 0.03)
        #expect(Figure.cpuPerGigabyte.value(figures, workload) == nil)
        let bodies = Workload(
            name: "", route: .predict, content: .values(2_500_000), requests: 100, connections: 1,
            limit: .seconds(5))
        #expect(Figure.cpuPerGigabyte.value(figures, bodies) == 3)
    }

    /// What went into answers that were half done is in it.
    @Test func dividesNothingOfABurstThatWasCut() {
        var figures = CellFigures()
        (figures.right, figures.seconds, figures.cpuSeconds, figures.cutAfter) = (5, 5, 3, 5)
        #expect(Figure.cpuPerRequest.value(figures, workload) == nil)
        let single = Workload(name: "", route: .hello, requests: 10, connections: 1, limit: .seconds(5))
        #expect(Figure.cpuPerRequest.value(figures, single) == 0.6)
    }
}

struct MaterialsTests {
    @Test(arguments: [(Float(0.5), true), (0.50004, true), (0.5001, false), (-0.5, false), (.nan, false)])
    func takesAnAnswerWithinATenThousandth(value: Float, isRight: Bool) {
        let bits = value.bitPattern
        let bytes = (0..<4).map { UInt8(truncatingIfNeeded: bits >> (8 * UInt32($0))) }
        guard case .accepted(let accepts) = Materials.nearly(0.5) else { return #expect(Bool(false)) }
        #expect(accepts(bytes[...]) == isRight)
        #expect(!accepts(bytes[..<3]))
    }

    @Test func findsTheAnswerToTheBuiltInText() throws {
        let cases = Array(#"[{"text":"a","answer":"1"},{"text":"b c\n","answer":"2"}]"#.utf8)
        #expect(try Materials.builtIn(paragraph: Array("b c".utf8), among: cases).answer == "2")
        #expect(throws: CompareError.self) { try Materials.builtIn(paragraph: Array("d".utf8), among: cases) }
    }
}

struct GRPCClientTests {
    @Test func callsTheMethodOfItsRoute() {
        let workload = Workload(
            name: "", route: .waitCPU, requests: 1000, connections: 1000, limit: .seconds(5))
        #expect(
            GRPCClient.arguments(workload, port: 1, requests: 20, concurrency: 2) == [
                "--port", "1", "--method", "WaitCpu", "--requests", "20", "--concurrency", "2", "--seconds",
                "5.0",
            ])
    }

    /// Its rounds that are cut end the cell, as the other client's do.
    @Test func countsWhatItsClientLeftUnasked() {
        let workload = Workload(name: "", route: .fanout, requests: 100, connections: 100, limit: .seconds(5))
        let report = GRPCClient.Report(
            requests: 60, failures: 1, seconds: 5, latenciesMs: .init(p50: 1, p99: 2))
        let figures = CellFigures(report, of: 100, workload)
        #expect(figures.asked == 100 && figures.right == 59 && figures.unfinished == 40)
        #expect(figures.cutAfter == 5)
    }
}

struct ThreadWatchTests {
    @Test func countsThoseThatCameAndWent() throws {
        let watch = try ThreadWatch(processes: [ProcessFigures.ownPID])
        let threads = try (0..<50).map { _ in try SystemThread(name: "watched") { sleep(milliseconds: 300) } }
        for thread in threads { thread.join() }
        // Other tests' threads come and go meanwhile.
        #expect(watch.end() >= 25)
    }
}
