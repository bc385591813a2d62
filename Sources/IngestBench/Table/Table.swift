internal import ArgumentParser
internal import Charts
internal import FoundationEssentials
internal import LoadGenerator
internal import Sizes
internal import Terminal

/// Where Sluice stands on this machine: the table that README has.
struct Table: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures sluice beside sink and discard, with large bodies and small; writes a table.",
        discussion: """
            Nine cells: large bodies, streamed and landed, over 1, 2 and 8 connections, and 4 bytes over 1, 64 and \
            1,000. In a run each is measured as `ingest-bench --size … --connections …` does it. Of several runs \
            the table has the middle one, the least and the greatest. table.md and table.csv, in which every \
            round is, are written anew after each cell. What would not fit into the machine is skipped, and said. \
            The exit code is 0 only if every answer was right and no request failed.
            """)

    @OptionGroup var options: TableOptions

    func run() throws {
        guard 1...100 ~= options.runs else { throw ValidationError("--runs must be between 1 and 100") }
        guard options.size.bytes >= TableCell.leastLarge else {
            throw ValidationError("--size \(options.size) is no large body: 1KB at least")
        }
        let cells = try TableCell.all(size: options.size).map { ($0, try $0.settings(options)) }
        _ = try SluiceCommandLine.executable()
        var table = TableText(heading: heading())
        let files = try ChartFiles(folder: options.output, name: "table")
        let room = Room.here()

        for line in table.heading { printLine(line) }
        for run in 1...options.runs {
            printLine("run \(run) of \(options.runs)")
            for (cell, settings) in cells {
                if let refusal = room.refusal(of: settings, servers: 3) {
                    if run == 1 { printLine("  \(cell): skipped, \(refusal)") }
                    table.skip(cell, refusal)
                    continue
                }
                let report = try Measurement(settings: settings).run(in: room)
                table.add(report, of: cell)
                printLine("  \(cell): \(TableText.summary(report))")
                for note in report.notes { printLine("    \(note)") }
                table.unfinished = ["UNFINISHED: in run \(run) of \(options.runs), after \(cell)"]
                // After each cell: whoever interrupts this has what was measured until then.
                try files.write(csv: table.csv(), svg: nil, markdown: table.markdown())
            }
        }
        table.unfinished = []
        try files.write(csv: table.csv(), svg: nil, markdown: table.markdown())
        printLine("wrote \(files.text) and \(files.table)")
        guard table.isSound else {
            printError(
                "ingest-bench: there were wrong answers or errors; \(files.text) says where\n")
            throw ExitCode(1)
        }
    }

    private func heading() -> [String] {
        var notes: [String] = []
        let congestionControl = senderCongestionControl(&notes) ?? "the system's congestion control"
        let shared = options.shared
        let threads = shared.threads ?? shared.cores
        return [
            "ingest-bench table, \(Date.now.ISO8601Format())",
            "Machine: \(Machine.here.description)",
            "Settings: \(options.runs) runs; in each the medians of \(shared.rounds) interleaved rounds, \(options.duration) in all "
                + "for each server of a cell; sluice with \(threads) thread\(threads == 1 ? "" : "s")"
                + (shared.windowSize.map { ", windows of \($0)" } ?? "")
                + (shared.pin.map { "; everything on CPU \($0)" } ?? "")
                + "; bodies sent over loopback by \(shared.sender.rawValue), \(congestionControl), seed \(shared.seed); "
                + "every answer compared",
        ] + notes
    }
}
