internal import Charts
internal import LoadGenerator
internal import Sizes

extension Report {
    /// The report for people: first as wrk and hey give it, then beside the limits.
    func text() -> String {
        var lines = heading + latencies + totals + [""]
        lines += table
        lines += ["", "Sources"]
        let used = Figure.Source.allCases.filter { source in Figure.allCases.contains { $0.source == source }
        }
        lines += used.map { "  " + $0.rawValue.padded(to: 10) + " " + $0.explanation }
        if !notes.isEmpty { lines += ["", "Notes"] + notes.map { "  " + $0 } }
        return lines.joined(separator: "\n")
    }

    private var heading: [String] {
        let plan = server.target.plan
        let slow = settings.slowClients > 0 ? " beside \(settings.slowClients) slow clients" : ""
        let connections = "\(settings.connections) connection\(settings.connections == 1 ? "" : "s")\(slow)"
        let congestion = congestionControl ?? "the system's congestion control"
        let others =
            limits.isEmpty ? "" : ", in turn with " + limits.map(\.target.name).joined(separator: " and ")
        return [
            "Running \(extentText) test @ http://\(plan.host)\(plan.target)",
            "  \(bodies)",
            "  \(connections), sent by \(settings.sender.rawValue), \(congestion), \(server.target.session.engine)",
            "  \(serverDescription)" + (settings.pinnedCPU.map { "; everything on CPU \($0)" } ?? ""),
            "  \(settings.rounds) round\(settings.rounds == 1 ? "" : "s")\(others)",
        ] + (coreDistances.text.map { ["  \($0)"] } ?? [])
    }

    private var extentText: String {
        switch settings.extent {
        case .duration(let duration):
            "\(Double(duration.nanoseconds) / 1e9)s".replacingSuffix(".0s", with: "s")
        case .requests(let count): "\(count) requests"
        }
    }

    private var latencies: [String] {
        let latencies = server.total.latencies
        let percentiles = [50.0, 75, 90, 99].map { percent in
            ("\(Int(percent))%", latencies.percentile(percent))
        }
        return ["  Latency Distribution"]
            + (percentiles + [("max", latencies.longest)]).map { name, seconds in
                "     " + name.padded(to: 6) + duration(seconds).aligned(to: 10)
            }
    }

    private var totals: [String] {
        let total = server.total
        let bytes = Double(total.answered) * Double(settings.size.bytes)
        var lines = ["  \(total.answered) requests in \(decimal(server.seconds))s, \(bytesText(bytes)) sent"]
        for result in results { lines += errors(of: result) }
        lines.append("  Every answer compared: \(isSound ? "all right" : "NOT all right")")
        let seconds = server.seconds
        if seconds > 0 {
            lines.append("Requests/sec:" + decimal(Double(total.answered) / seconds).aligned(to: 12))
            lines.append("Transfer/sec:" + bytesText(bytes / seconds).aligned(to: 12))
        }
        return lines
    }

    private func errors(of result: TargetResult) -> [String] {
        let (target, all) = (result.target, result.all)
        var lines = errors(of: target.name, all, target.plan)
        if all.reconnects > 0 {
            lines.append("  \(target.name) closed \(all.reconnects) idle connections, opened again")
        }
        if let slow = result.slow, let plan = target.slowClients?.plan {
            lines += errors(of: "the slow clients beside \(target.name)", slow, plan)
        }
        return lines
    }

    private func errors(of who: String, _ outcome: LoadOutcome, _ plan: LoadPlan) -> [String] {
        var lines: [String] = []
        let failures = outcome.failures
        if failures.total > 0 {
            let counts = failures.byKind.map { "\($0) \($1)" }.joined(separator: ", ")
            let first = failures.first.map { " (the first: \($0.text))" } ?? ""
            lines.append("  Errors of \(who): \(counts)\(first)")
        }
        if outcome.wrong > 0 {
            let answer = outcome.firstWrong.map(hexadecimal) ?? ""
            var first = "the first: \(answer)"
            if case .bytes(let expected) = plan.expectedAnswer { first += ", not \(hexadecimal(expected))" }
            lines.append("  WRONG ANSWERS of \(who): \(outcome.wrong) (\(first))")
        }
        return lines
    }

    private var table: [String] {
        var rows = [[""] + results.map(\.target.name) + limits.map { "÷ \($0.target.name)" } + ["source"]]
        for figure in Figure.allCases {
            let values = results.map { cell($0.spread(of: figure), scale: figure.scale) }
            let ratios = limits.map { cell(self.ratios(of: figure, to: $0), scale: 1) }
            rows.append([figure.title] + values + ratios + [figure.source.rawValue])
        }
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max()! }
        return ["Median of the rounds (least–greatest); a ratio is taken in each round"]
            + rows.map { row in
                zip(row, widths).map { $0.padded(to: $1) }.joined(separator: "   ").withoutTrailingSpaces
            }
    }

    private func cell(_ spread: Spread?, scale: Double) -> String {
        guard let spread else { return "–" }
        let median = decimal(spread.median * scale)
        guard spread.values.count > 1 else { return median }
        return "\(median) (\(decimal(spread.minimum * scale))–\(decimal(spread.maximum * scale)))"
    }
}

extension String {
    fileprivate func replacingSuffix(_ suffix: String, with other: String) -> String {
        hasSuffix(suffix) ? dropLast(suffix.count) + other : self
    }

    fileprivate var withoutTrailingSpaces: String {
        String(self[..<(lastIndex { $0 != " " }.map { index(after: $0) } ?? startIndex)])
    }
}
