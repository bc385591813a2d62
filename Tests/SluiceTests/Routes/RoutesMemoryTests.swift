internal import Reduction
internal import Testing

@testable internal import Sluice

/// For which kernels the memory is too little, before any request has come.
struct RoutesMemoryTests {
    private func routes(_ placement: BodyPlacement, columns: Int = 2500) -> Routes {
        var menu = ReductionMenu(columns: columns)
        menu.addRows { RowMeanStd(columns: $0) }
        menu.add { Sum() }
        menu.add { Minimum() }
        var routes = Routes()
        routes.post("/predict", reducing: menu, body: placement)
        routes.post("/model", on: .reactor) { _, _ in .text("made") }
        return routes
    }

    /// Needs the count for rows of more than one value.
    private struct Counting: ReductionKernel {
        static let name = "counting"
        let columns: Int
        var needsCount: Bool { columns > 1 }
        func scratchBytes(count: Int) -> Int { 0 }
        func accepts(count: Int) -> Bool { true }
        mutating func begin(count: Int?, scratch: UnsafeMutableRawBufferPointer) {}
        mutating func consume(_ bytes: RawSpan) {}
        mutating func finish() -> Float { 0 }
    }

    @Test(arguments: [1, 2, 2500]) func aKernelMayNeedTheCountForSomeRowsAlone(columns: Int) {
        var menu = ReductionMenu(columns: columns)
        menu.addRows { Counting(columns: $0) }
        var routes = Routes()
        routes.post("/predict", reducing: menu)
        #expect(routes.usesComputePool == (columns > 1))
        // Nobody would ever reduce it.
        let decision = Decision.of(
            ["POST /predict?columns=7 HTTP/1.1", "Transfer-Encoding: chunked"],
            Admission(routes: routes, limits: Limits(), arenaBytes: 512 << 20))
        #expect(decision.hasPrefix("411 ") == (columns == 1), "\(decision)")
    }

    private func limits(maxBody: Int, memory: Int) -> Limits {
        var limits = Limits()
        limits.maxBodyBytes = maxBody
        limits.memoryBytes = memory
        return limits
    }

    private func shortages(_ routes: Routes, maxBody: Int, memory: Int) -> [String] {
        routes.memoryShortages(within: limits(maxBody: maxBody, memory: memory))
            .map { "\($0.kernel) \($0.neededBytes)" }
    }

    @Test func theScratchCountsBesideALandedBody() {
        let landed = routes(.landed)
        #expect(shortages(landed, maxBody: 512 << 20, memory: 512 << 20) == ["row-mean-std \(514 << 20)"])
        #expect(shortages(landed, maxBody: 511 << 20, memory: 512 << 20).isEmpty)
        #expect(shortages(landed, maxBody: 512 << 20, memory: 514 << 20).isEmpty)
        let kernels = routes(.landed, columns: 1)
        #expect(shortages(kernels, maxBody: 512 << 20, memory: 514 << 20) == ["row-mean-std \(1 << 30)"])
    }

    @Test func streamedBodiesNeedItWhereTheKernelDoes() {
        let streamed = routes(.streamed)
        #expect(shortages(streamed, maxBody: 1 << 30, memory: 512 << 20) == ["sum \(1 << 30)"])
        #expect(shortages(streamed, maxBody: 512 << 20, memory: 512 << 20).isEmpty)
        #expect(
            shortages(streamed, maxBody: 4 << 20, memory: 0)
                == ["row-mean-std \(2 << 20)", "sum \(4 << 20)"])
    }

    /// The budget is rounded up to 2 MiB, as the arena does it.
    @Test func aBudgetIsRoundedUp() {
        #expect(shortages(routes(.streamed), maxBody: 4 << 20, memory: (2 << 20) + 1).isEmpty)
        #expect(shortages(routes(.streamed), maxBody: 4 << 20, memory: 2 << 20) == ["sum \(4 << 20)"])
    }

    @Test func whatIsSaidToBeShortIsRefused() {
        for (memory, isShort) in [(2 << 20, true), (4 << 20, false)] {
            let streamed = routes(.streamed)
            let limits = limits(maxBody: 4 << 20, memory: memory)
            #expect(streamed.memoryShortages(within: limits).isEmpty != isShort)
            let decision = Decision.of(
                ["POST /predict?kernel=sum HTTP/1.1", "Transfer-Encoding: chunked"],
                Admission(routes: streamed, limits: limits, arenaBytes: memory))
            #expect(decision.hasPrefix("413 memoryTooSmall") == isShort, "\(decision)")
        }
    }

    @Test func noNumberOfAnOperatorTraps() {
        for placement in BodyPlacement.allCases {
            for columns in [1, Int.max] {
                let routes = routes(placement, columns: columns)
                #expect(!shortages(routes, maxBody: .max, memory: 0).isEmpty)
                #expect(shortages(routes, maxBody: .max, memory: .max).isEmpty)
            }
        }
    }
}
