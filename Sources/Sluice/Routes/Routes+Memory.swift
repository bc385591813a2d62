internal import HTTP1

extension KernelFactory {
    /// Where a chunked body goes. Its count is unknown, so what is granted must do for the largest body.
    func planOfChunked(columns: Int, placement: BodyPlacement, limits: Limits) -> BodyPlan {
        let needs = self.needs(columns: columns, count: limits.maxBodyBytes / 4)
        var plan = BodyPlan(
            sink: needs.needsCount ? .landThenReduce : placement == .landed ? .landAndReduce : .reduce,
            framing: .chunked, bodyLimit: limits.maxBodyBytes)
        plan.columns = columns
        plan.landingBytes = plan.lands ? limits.maxBodyBytes : 0
        plan.scratchBytes = needs.scratchBytes
        return plan
    }
}

/// A kernel whose chunked bodies are all refused, because the memory can never be granted.
package struct MemoryShortage: Sendable, Equatable {
    /// As it stands in a query.
    package let kernel: String
    /// The least budget that would do: ``Limits/memoryBytes``, in whole 2 MiB.
    package let neededBytes: Int
}

extension Routes {
    /// The kernels for which the memory is too little, each at its route's own columns. A landed body of the
    /// largest size needs as much as a chunked one, whatever its framing.
    package func memoryShortages(within limits: Limits) -> [MemoryShortage] {
        let budget = Self.inWholeRuns(limits.memoryBytes)
        return routes.flatMap { route -> [MemoryShortage] in
            guard case .reduce(let menu, let placement) = route.work else { return [] }
            return menu.factories.compactMap { factory -> MemoryShortage? in
                let plan = factory.planOfChunked(
                    columns: menu.columns, placement: placement, limits: limits)
                guard plan.arenaBytes > budget else { return nil }
                return MemoryShortage(
                    kernel: String(decoding: factory.nameBytes, as: UTF8.self),
                    neededBytes: Self.inWholeRuns(plan.arenaBytes))
            }
        }
    }

    /// As the arena rounds its budget. Saturates: no number of an operator's may trap.
    private static func inWholeRuns(_ byteCount: Int) -> Int {
        let run = PageMemory.hugePageBytes
        let (sum, overflow) = byteCount.addingReportingOverflow(run - 1)
        return overflow ? .max : sum / run * run
    }
}
