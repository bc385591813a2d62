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
            lead(large, 8, over: "Waitress (its default buffers)") { $0.name == "waitress" },
            lead(large, 1, over: "the fastest streaming twin", \.isStreamingTwin), twinsCPU,
            lead(large, over: "every whole-body peer", of: .landed) { !$0.isStreamingTwin },
            lead("predict-4B", over: "every peer"),
            besideHello("predict-256MB"),
        ]
    }

    private var twinsCPU: Claim {
        judged("predict-30MB: server CPU ≤ 0.9 × the thriftiest streaming twin's", "predict-30MB") {
            own, text in
            let twins = meant(own.workload, \.isStreamingTwin)
            let costs = twins.rows.filter(\.isRanked).compactMap { row in
                row.spread(of: .cpuPerGigabyte).map { (row.server.name, $0.median) }
            }
            guard let cost = own.spread(of: .cpuPerGigabyte)?.median else {
                return Claim(text, unknown: "the processor's time is not known")
            }
            guard let least = costs.min(by: { $0.1 < $1.1 }), least.1 > 0 else {
                return Claim(text, unknown: "no twin was measured and ranked")
            }
            let figure = "\(decimal(cost / least.1)) × \(least.0)"
            guard cost <= 0.9 * least.1 else { return Claim(text, figure: figure, holds: false) }
            // One of which nothing is known may be thriftier.
            let open = twins.rows.filter { row in
                row.measured.count < own.measured.count || !costs.contains { $0.0 == row.server.name }
            }
            guard open.isEmpty else {
                return Claim(
                    text, unknown: "\(figure), but \(names(open)) not measured in each round, or not ranked")
            }
            return Claim(text, figure: figure, holds: true, among: twins.among)
        }
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
        judged("\(name): all done within 1.2 s", name) { row, text in
            guard let time = row.spread(of: .allDone) else {
                return Claim(text, figure: "not all done", holds: false)
            }
            return Claim(text, figure: "\(spread(time)) s", holds: time.median <= 1.2)
        }
    }

    private var noThreadAdded: Claim {
        judged("wait-1000: no thread added, the warm-up included", "wait-1000") { row, text in
            guard let most = row.spread(of: .threadsAdded)?.maximum else {
                return Claim(text, unknown: "the threads were not counted")
            }
            return Claim(text, figure: "\(Int(most))", holds: most == 0)
        }
    }

    /// - Parameter more: what else is claimed.
    private func besideHello(_ name: String, _ more: String = "") -> Claim {
        let text = "\(name): /hello's p99 no more than 5 ms above what it is alone\(more)"
        return judged(text, name) { row, text in
            guard let alone = row.spread(of: .helloAlone)?.median,
                let beside = row.spread(of: .helloBeside)?.median
            else { return Claim(text, unknown: "/hello was not measured") }
            // What was unfinished when the cell was cut has not failed.
            let bad = row.sum(\.failures) + row.sum(\.wrong) + row.sum(\.helloFailures)
            let worst = row.spread(of: .helloWorst).map { " (\(duration($0.median)) at worst)" } ?? ""
            return Claim(
                text,
                figure: "\(duration(beside))\(worst) beside, \(duration(alone)) alone, "
                    + "\(row.sum(\.refused)) refused, \(row.sum(\.unfinished)) cut, \(bad) failed",
                holds: beside <= alone + 0.005 && bad == 0)
        }
    }

    private var cpu: [Claim] {
        [1, 2].map { threads in
            lead("cpu-1000-threads-\(threads)", 5, over: "the best Python peer") { $0.family == "python" }
        } + [scaling]
    }

    private var scaling: Claim {
        judged("cpu-1000: 2 threads ≥ 1.8 × 1 thread", "cpu-1000-threads-1") { one, text in
            judged(text, "cpu-1000-threads-2") { two, text in
                guard let slow = one.spread(of: .requestsPerSecond)?.median,
                    let fast = two.spread(of: .requestsPerSecond)?.median, slow > 0
                else { return Claim(text, unknown: "there is no rate") }
                return Claim(text, figure: "\(decimal(fast / slow)) ×", holds: fast >= 1.8 * slow)
            }
        }
    }

    /// What Sluice claims of a workload, in one of its ways: not judged where that was not measured or lacked something beside it, and
    /// not held where a round of it could not be run, or had wrong answers or many failures.
    private func judged(
        _ text: String, _ name: String, of server: Server = .sluice, _ judge: (Row, String) -> Claim
    ) -> Claim {
        guard let workload = workload(name),
            comparison.rows(workload).contains(where: { $0.server == server })
        else { return Claim(text, unknown: "it was not run") }
        let row = comparison.row(server, workload)
        if let lack = row.lack { return Claim(text, unknown: lack) }
        if let reason = row.reason { return Claim(text, figure: "\(server.name): \(reason)", holds: false) }
        guard !row.measured.isEmpty else { return Claim(text, unknown: "it was not measured") }
        guard row.isRanked else {
            return Claim(
                text, figure: "\(server.name): \(row.sum(\.wrong)) wrong, \(row.sum(\.failures)) failed",
                holds: false)
        }
        return judge(row, text)
    }

    /// The peers that a claim is about: those that were chosen, and how many of all that there are.
    private func meant(
        _ workload: Workload, _ isMeant: (Server) -> Bool
    ) -> (rows: [Row], among: Claim.Among?) {
        let rows = comparison.rows(workload).filter { !$0.server.isOwn && isMeant($0.server) }
        let all = comparison.peers.filter {
            $0.has(workload.route) && $0.canReconnect(for: workload) && isMeant($0)
        }
        return (rows, rows.count < all.count ? Claim.Among(run: rows.count, all: all.count) : nil)
    }

    /// Sluice's rate, in one of its ways, over that of the fastest of some peers.
    ///
    /// Each of them that was chosen must have been measured in each round, or nothing is held. One with wrong answers
    /// or many failures is a measure by its right answers alone; is it ahead even so, nothing is known.
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
        return judged(text, name, of: server) { own, text in
            let failures = own.sum(\.failures) + own.sum(\.unfinished)
            guard !soundly || failures == 0 else {
                return Claim(text, figure: "\(failures) failures of Sluice", holds: false)
            }
            let peers = meant(own.workload, isMeant)
            let ratios = peers.rows.compactMap { row in
                comparison.ratios(of: server, over: row).map { (row: row, ratio: $0) }
            }
            let isEnough = { (ratio: Spread) in factor.map { ratio.median >= $0 } ?? (ratio.median > 1) }
            let ranked = ratios.filter(\.row.isRanked)
            guard let closest = ranked.min(by: { $0.ratio.median < $1.ratio.median }) else {
                return Claim(text, unknown: "no such peer was measured and ranked")
            }
            var figure = "\(spread(closest.ratio)) × \(closest.row.server.name)"
            guard isEnough(closest.ratio) else { return Claim(text, figure: figure, holds: false) }
            // Ahead of somebody by as much as nothing, or not in each round, is not much of a claim.
            if factor == nil, closest.ratio.median < 1.02 || closest.ratio.minimum <= 1 {
                figure += ", all but level"
            }
            let missing = peers.rows.filter { $0.measured.count < own.measured.count }
            let ahead = ratios.filter { !$0.row.isRanked && !isEnough($0.ratio) }.map(\.row)
            let wrong = peers.rows.filter { $0.sum(\.right) == 0 && $0.sum(\.wrong) > 0 }
            let open = [
                (missing, "not measured in each round"), (ahead, "not ranked, and ahead even so"),
                (wrong, "never right"),
            ].filter { !$0.0.isEmpty }.map { "\(names($0.0)) \($0.1)" }
            guard open.isEmpty else {
                return Claim(text, unknown: "\(figure), but \(open.joined(separator: "; "))")
            }
            return Claim(text, figure: figure, holds: true, among: peers.among)
        }
    }

    private func names(_ rows: [Row]) -> String { rows.map(\.server.name).joined(separator: ", ") }

    /// `2.04 (1.63–2.41)`, or the one value that there is.
    private func spread(_ spread: Spread) -> String {
        let median = decimal(spread.median)
        guard spread.values.count > 1 else { return median }
        return "\(median) (\(decimal(spread.minimum))–\(decimal(spread.maximum)))"
    }
}

extension Server {
    fileprivate var isGunicorn27: Bool { name.hasPrefix("gunicorn") && version.hasPrefix("27") }
}
