internal import Charts
internal import LoadGenerator

/// A comparison as Markdown for people: a table for each workload, then what held.
struct CompareText {
    let heading: [String]
    let comparison: Comparison

    func markdown() -> String {
        let tables = comparison.plan.flatMap { workload, _ in
            ["", "## \(workload.name)", "", workload.explanation, ""] + table(workload)
        }
        return (heading.map { $0 + "\n" } + tables + [""] + footer).map { $0 + "\n" }.joined()
    }

    /// The claims and what the columns are.
    private var footer: [String] {
        ["## What held in this run", ""] + Claims(comparison: comparison).all.map { "- " + $0.line }
            + ["", "## Reading it", ""] + Self.reading.map { "- " + $0 }
    }

    static let reading = [
        "Medians of the rounds (least–greatest); “Sluice ÷ it” is Sluice's requests/s over the server's, round for round.",
        "Each client asks again when it has its answer (a closed loop): what a server holds up is not asked meanwhile, and is one long "
            + "time. Times are those of answers; failed, refused and cut requests have none.",
        "Failures and wrong answers are also those of the warm-up, and of a load that was over too soon to be measured; no other figure is.",
        "A request is sent again, and its time goes on, where the server closed a kept connection before it answered. A /hello without "
            + "a right answer counts as having waited as long as it may.",
        "Requests/s counts right answers only. A cell that took too long was cut and counts what was done until then.",
        "Server CPU and memory are those of all its processes (the CPU clock of each, the sum of their VmHWM); "
            + "client, server and, under fanout, the slow service share the machine's cores.",
        "A server is not ranked where an answer was wrong or more than 1 % failed.",
        "A claim over several peers is held if it is over each of them that was chosen; whoever could not be run, or was not ranked "
            + "and is ahead even so, leaves it unjudged.",
        "A burst that was cut has no CPU per request: part of it went into answers that were never finished. For the same "
            + "reason its rate is lower than that of a server that answers one after the other.",
        "Python's servers run the text work of /cpu and /wait-cpu in Python, as its users have it: what is compared there is "
            + "for the most part the languages.",
        "Of 4 bytes the answer is 0 whoever reduces them; that a server reduces at all is checked with its other bodies.",
    ]

    private func table(_ workload: Workload) -> [String] {
        let rows = comparison.rows(workload).sorted {
            ($0.spread(of: .requestsPerSecond)?.median ?? -1)
                > ($1.spread(of: .requestsPerSecond)?.median ?? -1)
        }
        var table = MarkdownTable(columns: ["server"] + columns(workload).map(\.title) + ["notes"])
        for row in rows {
            let name =
                row.server.isOwn ? "**\(row.server.name)**" : "\(row.server.name) \(row.server.version)"
            table.add([name] + columns(workload).map { $0.text(row) } + [row.notes.joined(separator: "; ")])
        }
        return table.lines
    }

    private typealias Column = (title: String, text: (Row) -> String)

    private func columns(_ workload: Workload) -> [Column] {
        var columns: [Column] = [
            ("requests/s", { text($0, .requestsPerSecond) }), ("p50, ms", { text($0, .latencyP50, 1e3) }),
            ("p99, ms", { text($0, .latencyP99, 1e3) }),
        ]
        if workload.isBurst { columns.append(("all done, s", { text($0, .allDone) })) }
        if workload.isBesideHello {
            columns.append(("/hello p99 alone, ms", { text($0, .helloAlone, 1e3) }))
            columns.append(("/hello p99 beside, ms", { text($0, .helloBeside, 1e3) }))
            columns.append(("/hello max beside, ms", { text($0, .helloWorst, 1e3) }))
        }
        columns.append(
            ("failures", { row in row.measured.isEmpty ? "–" : "\(row.sum(\.failures) + row.sum(\.wrong))" }))
        columns.append(
            workload.bodyBytes == nil
                ? ("server CPU, ms/request", { text($0, .cpuPerRequest, 1e3) })
                : ("server CPU, s/GB", { text($0, .cpuPerGigabyte) }))
        columns.append(("peak memory, MB", { text($0, .peakMemory, 1e-6) }))
        if workload.isBurst { columns.append(("threads added", { text($0, .threadsAdded) })) }
        columns.append(("Sluice ÷ it", { text(comparison.lead(over: $0), 1) }))
        return columns
    }

    private func text(_ row: Row, _ figure: Figure, _ scale: Double = 1) -> String {
        text(row.spread(of: figure), scale)
    }

    private func text(_ spread: Spread?, _ scale: Double) -> String {
        guard let spread else { return "–" }
        let median = decimal(spread.median * scale)
        guard spread.values.count > 1 else { return median }
        return "\(median) (\(decimal(spread.minimum * scale))–\(decimal(spread.maximum * scale)))"
    }
}

extension Workload {
    /// It, in words.
    var explanation: String {
        let what =
            switch content {
            case .none: "GET \(route.path)"
            case .text: "\(route.path) with a paragraph in JSON"
            case .values(let count):
                "POST \(route.path) with \(count) float32 (\(bytesText(Double(4 * count))))"
            }
        let how =
            isBurst
            ? "\(grouped(requests)) at once"
                + (warmUp == .wholeRound ? ", after the same once to warm up" : "")
            : "\(grouped(requests)) requests over \(grouped(connections)) connection\(connections == 1 ? "" : "s")"
        let reuse = opensAnew ? ", a new connection for each" : ""
        let beside = isBesideHello ? ", beside a client that asks for /hello a hundred times a second" : ""
        let stretched =
            isStretched
            ? ", as many times as take \(Int(Self.leastSeconds)) s where they are done sooner"
                + (opensAnew ? ", three times at most" : "") : ""
        let line =
            allowsRefusals
            ? "; Sluice's pool with a line of \(RunningServer.Commands.shortQueue) calls (1,024 unless set), so that"
                + " it refuses the others" : ""
        let with = threads.map { "; servers with \($0) thread\($0 == 1 ? "" : "s")" } ?? ""
        return
            "\(what), \(how)\(reuse)\(stretched)\(beside)\(line)\(with); cut at \(Int(limit / .seconds(1))) s."
    }
}
