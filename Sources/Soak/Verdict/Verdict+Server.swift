internal import Charts

// What the server was seen to hold.

extension Verdict {
    /// How much the resident memory may grow once it is warm: the runtime's allocator takes and gives back
    /// pages as it likes, but less than this.
    static let memoryBound = 512 << 10

    /// The server ran until it was told to stop, stopped as it should, and found no mistake of its own.
    static func life(_ record: SoakRecord) -> Criterion {
        let ending = record.ending
        let looks = record.samples + record.afterwards
        let unanswered = looks.count { $0.counters == nil }
        let mistakes = looks.compactMap(\.counters?.mistakes).max() ?? 0
        let end =
            ending.livedToTheEnd
            ? "stopped with " + (ending.exitCode.map { "exit code \($0)" } ?? "a signal")
            : "ENDED BEFORE IT WAS TOLD TO"
        return Criterion(
            name: "server",
            holds: ending.livedToTheEnd && ending.exitCode == 0 && ending.criticalLines == 0 && mistakes == 0
                && unanswered == 0 && !looks.isEmpty,
            figure: "\(end); \(unanswered) of \(looks.count) looks at /metrics unanswered; "
                + "\(mistakes) mistakes counted, \(ending.criticalLines) critical lines logged")
    }

    /// After the first third, the warm-up, memory does not grow: not by its trend over the rest, and not by
    /// the most of the last third above the most of the second.
    static func memory(_ record: SoakRecord) -> Criterion {
        func third(_ number: Int) -> [Sample] {
            record.samples.filter { Int($0.seconds / record.duration * 3) == number }
        }
        let warm = record.samples.filter { $0.seconds >= record.duration / 3 }
        let trend = Trend(warm.map { ($0.seconds, Double($0.residentBytes)) })
        guard let second = third(1).map(\.residentBytes).max(),
            let last = third(2).map(\.residentBytes).max(),
            let trend, let first = warm.first, let end = warm.last
        else {
            return Criterion(name: "memory", holds: false, figure: "too few looks to tell")
        }
        let drift = trend.slope * (end.seconds - first.seconds)
        let growth = Double(last - second)
        return Criterion(
            name: "memory", holds: max(drift, growth) <= Double(memoryBound),
            figure:
                "\(bytesText(Double(end.residentBytes))) resident; grew \(signed(growth)) from the second third "
                + "to the last, \(signed(drift)) by its trend; bound \(signed(Double(memoryBound)))")
    }

    /// When all clients have gone, no more descriptors are open than before they came.
    static func descriptors(_ record: SoakRecord) -> Criterion {
        let most = record.samples.map(\.descriptors).max() ?? 0
        let after = record.rest?.descriptors
        return Criterion(
            name: "descriptors", holds: after == record.baseline.descriptors,
            figure: "\(record.baseline.descriptors) before, at most \(grouped(most)), "
                + "\(after.map { "\($0)" } ?? "unknown") when all had gone")
    }

    /// When all clients have gone, every buffer and every byte of the budget is free again.
    static func buffers(_ record: SoakRecord) -> Criterion {
        let before = record.baseline
        guard var after = record.rest else {
            return Criterion(name: "buffers", holds: false, figure: "unknown: the server did not answer")
        }
        func pair(_ name: String, _ count: KeyPath<RestState, Int>) -> String {
            let (old, new) = (before[keyPath: count], after[keyPath: count])
            return "\(grouped(new)) \(name)" + (old == new ? "" : " INSTEAD OF \(grouped(old))")
        }
        let figure = [
            pair("head buffers free", \.headBuffersFree), pair("windows free", \.windowsFree),
            pair("bytes leased", \.leasedBytes), pair("bodies in flight", \.bodiesInFlight),
            pair("connection open", \.connectionsOpen),
        ].joined(separator: ", ")
        // They have a criterion of their own.
        after.descriptors = before.descriptors
        return Criterion(name: "buffers", holds: after == before && after.leasedBytes == 0, figure: figure)
    }

    /// No thread more than before at any look, and every reactor's there.
    static func threads(_ record: SoakRecord) -> Criterion {
        let looks = record.samples + record.afterwards
        let (least, most) = (looks.map(\.threads).min() ?? 0, looks.map(\.threads).max() ?? 0)
        let reactors = Set(looks.map(\.reactors)).sorted().map { "\($0)" }.joined(separator: " or ")
        return Criterion(
            name: "threads",
            holds: !looks.isEmpty && most <= record.baselineThreads
                && looks.allSatisfy { $0.reactors == record.reactors },
            figure: "\(record.baselineThreads) before, \(least)–\(most) since; "
                + "\(reactors) of \(record.reactors) reactors in \(looks.count) looks")
    }

    /// Linux needed no thread of its own for an operation.
    static func kernelWorkers(_ record: SoakRecord) -> Criterion {
        let most = (record.samples + record.afterwards).map(\.kernelWorkers).max()
        return Criterion(
            name: "kernel workers", holds: most == 0, figure: "at most \(most.map { "\($0)" } ?? "unknown")")
    }

    private static func signed(_ bytes: Double) -> String {
        (bytes < 0 ? "-" : "+") + bytesText(bytes.magnitude)
    }
}
