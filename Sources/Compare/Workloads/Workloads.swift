extension Workload {
    /// All workloads.
    ///
    /// - Parameter limit: after what time each is cut.
    static func all(extent: CompareSettings.Extent, limit: Duration) -> [Workload] {
        let isQuick = extent == .quick
        let predictions = [
            // A body takes some tens of milliseconds at least, whoever sends it.
            Workload(
                name: "predict-30MB", route: .predict, content: .values(7_500_000),
                requests: 50, connections: 1, warmUp: .requests(4), isStretched: true,
                limit: max(limit, .seconds(10))),
            Workload(
                name: "predict-4B", route: .predict, content: .values(1), requests: isQuick ? 1000 : 5000,
                connections: 1, warmUp: .requests(200), isStretched: true, limit: limit),
            Workload(
                name: "predict-256MB", route: .predict, content: .values(64_000_000), requests: 80,
                connections: 1, warmUp: .requests(1), isBesideHello: true, limit: max(limit, .seconds(8))),
        ]
        let hellos = [500, 1000].flatMap { connections in
            [false, true].map { opensAnew in
                Workload(
                    name: "hello-\(connections)-\(opensAnew ? "new" : "kept")", route: .hello, requests: 5000,
                    connections: connections, opensAnew: opensAnew, warmUp: .eachConnection,
                    isStretched: true, limit: limit)
            }
        }
        let waits = [
            Workload(
                name: "wait-1", route: .wait, requests: isQuick ? 2 : 5, connections: 1, warmUp: .requests(1),
                limit: max(limit, .seconds(8))),
            Workload(
                name: "wait-1000", route: .wait, requests: 1000, connections: 1000, warmUp: .wholeRound,
                limit: limit),
            Workload(
                name: "wait-blocking-1000", route: .waitBlocking, requests: 1000, connections: 1000,
                warmUp: .requests(1), isBesideHello: true, limit: limit),
            Workload(
                name: "wait-cpu-1000", route: .waitCPU, requests: 1000, connections: 1000,
                warmUp: .requests(4),
                limit: limit),
        ]
        let fanouts = [
            Workload(
                name: "fanout-1", route: .fanout, requests: isQuick ? 2 : 5, connections: 1,
                warmUp: .requests(1), limit: max(limit, .seconds(8))),
            Workload(
                name: "fanout-100", route: .fanout, requests: 100, connections: 100, warmUp: .wholeRound,
                limit: limit),
        ]
        let threadCounts = extent == .full ? [1, 2, 4] : [1, 2]
        let cpus = threadCounts.map { threads in
            Workload(
                name: "cpu-1000-threads-\(threads)", route: .cpu, content: .text, requests: 1000,
                connections: 1000, warmUp: .requests(4), threads: threads, limit: limit)
        }
        return predictions + hellos + waits + fanouts + cpus
    }
}
