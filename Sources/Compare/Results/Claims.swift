internal import Charts
internal import LoadGenerator

/// The claims, judged by a comparison. Of rounds, by their median.
struct Claims {
    let comparison: Comparison

    var all: [Claim] {
        predictions + hellos + waits + fanout + cpu
    }

    private var workloads: [Workload] { comparison.plan.map(\.workload) }

    private func workload(_ name: String) -> Workload? { workloads.first { $0.name == name } }

    private var predictions: [Claim] {
        let large = "predict-30MB"
        return [
            lead(large, 1.3, over: "the fastest whole-body peer") { !$0.isStreamingTwin },
            // Its workers as they come. Other kinds have to be chosen, and the next claim says how far those are behind.
            lead(large, 5, over: "Gunicorn 27 (sync workers, its default)") {
                $0.isGunicorn27 && $0.name == "gunicorn-sync"
            },
            lead(large, 1.5, over: "Gunicorn 27 with any other kind of worker") {
                $0.isGunicorn27 && $0.name != "gunicorn-sync"
            },
            lead(large, 8, over: "Waitress") { $0.name == "waitress" },
            lead(large, 1, over: "the fastest streaming twin", \.isStreamingTwin), twinsCPU,
            lead(large, over: "every whole-body peer", of: .landed) { !$0.isStreamingTwin },
            lead("predict-4B", over: "every peer"),
            besideHello("predict-256MB"),
        ]
    }

    private var twinsCPU: Claim {
        let text = "predict-30MB: server CPU ≤ 0.9 × the thriftiest streaming twin's"
        guard let workload = workload("predict-30MB"),
            let own = comparison.row(.sluice, workload).spread(of: .cpuPerGigabyte)?.median
        else { return Claim(text, unknown: "Sluice was not measured") }
        let twins = comparison.rows(workload).filter { $0.server.isStreamingTwin && $0.isRanked }
        let costs = twins.compactMap { $0.spread(of: .cpuPerGigabyte)?.median }
        guard let least = costs.min(), least > 0 else { return Claim(text, unknown: "no twin was measured") }
        return Claim(text, figure: "\(decimal(own / least)) ×", holds: own <= 0.9 * least)
    }

    private var hellos: [Claim] {
        [500, 1000].flatMap { connections in
            ["kept", "new"].map {
                lead("hello-\(connections)-\($0)", over: "every peer, 0 failures", soundly: true)
            }
        }
    }

    private var waits: [Claim] {
        [
            allDone("wait-1000"), noThreadAdded, besideHello("wait-blocking-1000", ", the rest 503 at most"),
            lead("wait-cpu-1000", over: "every peer that has it (Python's)"),
        ]
    }

    private var fanout: [Claim] {
        [allDone("fanout-100"), lead("fanout-100", over: "every peer, 0 failures", soundly: true)]
    }

    private func allDone(_ name: String) -> Claim {
        let text = "\(name): all done within 1.2 s"
        guard let row = sluice(name) else { return Claim(text, unknown: "it was not measured") }
        guard let time = row.spread(of: .allDone)?.median else {
            return Claim(text, figure: "not all done", holds: false)
        }
        return Claim(text, figure: "\(decimal(time)) s", holds: time <= 1.2)
    }

    private var noThreadAdded: Claim {
        let text = "wait-1000: no thread added"
        guard let most = sluice("wait-1000")?.spread(of: .threadsAdded)?.maximum else {
            return Claim(text, unknown: "it was not measured")
        }
        return Claim(text, figure: "\(Int(most))", holds: most == 0)
    }

    /// - Parameter more: what else is claimed.
    private func besideHello(_ name: String, _ more: String = "") -> Claim {
        let text = "\(name): /hello's p99 no more than 5 ms above what it is alone\(more)"
        guard let row = sluice(name), let alone = row.spread(of: .helloAlone)?.median,
            let beside = row.spread(of: .helloBeside)?.median
        else { return Claim(text, unknown: "it was not measured") }
        let bad = row.sum(\.failures) + row.sum(\.wrong) + row.sum(\.helloFailures)
        let worst = row.spread(of: .helloWorst).map { " (\(duration($0.median)) at worst)" } ?? ""
        return Claim(
            text,
            figure: "\(duration(beside))\(worst) beside, \(duration(alone)) alone, "
                + "\(row.sum(\.refused)) refused, \(bad) failed",
            holds: beside <= alone + 0.005 && bad == 0)
    }

    private var cpu: [Claim] {
        [1, 2].map { threads in
            lead("cpu-1000-threads-\(threads)", 5, over: "the best Python peer") { $0.family == "python" }
        } + [scaling]
    }

    private var scaling: Claim {
        let text = "cpu-1000: 2 threads ≥ 1.8 × 1 thread"
        guard let one = sluice("cpu-1000-threads-1"), let two = sluice("cpu-1000-threads-2"),
            let slow = one.spread(of: .requestsPerSecond)?.median,
            let fast = two.spread(of: .requestsPerSecond)?.median, slow > 0
        else { return Claim(text, unknown: "it was not measured") }
        return Claim(text, figure: "\(decimal(fast / slow)) ×", holds: fast >= 1.8 * slow)
    }

    private func sluice(_ name: String) -> Row? { row(of: .sluice, name) }

    private func row(of server: Server, _ name: String) -> Row? {
        guard let workload = workload(name) else { return nil }
        let row = comparison.row(server, workload)
        return row.measured.isEmpty ? nil : row
    }

    /// Sluice's rate, in one of its ways, over that of the fastest of some peers.
    ///
    /// - Parameters:
    ///   - factor: nil: ahead of it, by whatever.
    ///   - soundly: whether Sluice may have no failure.
    private func lead(
        _ name: String, _ factor: Double? = nil, over whom: String, soundly: Bool = false,
        of server: Server = .sluice, _ isMeant: (Server) -> Bool = { _ in true }
    ) -> Claim {
        let lead = factor.map { "≥ \(tickText($0)) × \(whom)" } ?? "ahead of \(whom)"
        let text = "\(name): " + (server.isSluice ? "" : "\(server.name) ") + lead
        guard let own = row(of: server, name) else {
            return Claim(text, unknown: "\(server.isSluice ? "Sluice" : server.name) was not measured")
        }
        let peers = comparison.rows(own.workload).filter {
            !$0.server.isOwn && isMeant($0.server) && $0.isRanked
        }
        let leads = peers.compactMap { row in
            comparison.lead(of: server, over: row).map { (row.server.name, $0.median) }
        }
        guard let closest = leads.min(by: { $0.1 < $1.1 }) else {
            return Claim(text, unknown: "no such peer was measured")
        }
        let failures = own.sum(\.failures) + own.sum(\.unfinished)
        let isSound = own.sum(\.wrong) == 0 && (!soundly || failures == 0)
        return Claim(
            text,
            figure: "\(decimal(closest.1)) × \(closest.0)" + (isSound ? "" : ", \(failures) failures"),
            holds: isSound && (factor.map { closest.1 >= $0 } ?? (closest.1 > 1)))
    }
}

extension Server {
    fileprivate var isGunicorn27: Bool { name.hasPrefix("gunicorn") && version.hasPrefix("27") }
}
