import Reduction
import Seeds

// Any floats, cut anywhere: every kernel on every path answers what its scalar twin answers to the whole.

func check(_ input: [UInt8]) {
    let plan = SplitPlan(input)
    let values = plan.values
    let body = values.flatMap { value in
        (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * UInt32($0))) }
    }
    for kernel in TestedKernel.all(columns: plan.columns) {
        let expected = kernel.twin(values.span).bitPattern
        func checkCut(at cuts: [Int], tellCount: Bool) {
            let answer = memory.with(body) { kernel.answer($0, cuts: cuts, tellCount: tellCount) }
            require(answer == expected, "\(kernel): \(answer), its twin \(expected), cut at \(cuts), \(plan)")
        }
        checkCut(at: [], tellCount: true)
        checkCut(at: plan.cuts, tellCount: plan.tellsCount)
        if body.count <= 64 {
            for cut in 0...body.count { checkCut(at: [cut], tellCount: false) }
            checkCut(at: Array(0...body.count), tellCount: false)
        }
        checkContract(kernel.kernel, plan.anyCount)
    }
}

/// What is asked with a client's number: never traps, and never grants less to a larger body.
private func checkContract(_ kernel: some ReductionKernel, _ count: Int) {
    let bytes = kernel.scratchBytes(count: count)
    require(bytes >= kernel.scratchBytes(count: count / 2), "less scratch for \(count) than for half")
    require(kernel.accepts(count: 1) && !kernel.accepts(count: 0), "one value is a body, none is not")
    _ = kernel.accepts(count: count)
}
