internal import ArgumentParser
internal import Charts
internal import FoundationEssentials
internal import LoadGenerator
internal import Sizes
internal import Terminal

/// Sluice beside the limits over body sizes and connections, as a table and a picture.
struct Sweep: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures sluice and the limits over body sizes and connections; draws a picture.",
        discussion: """
            In each cell (a body size, a number of connections) four servers are measured in turn, round for \
            round: sluice with streamed bodies, sluice with landed ones, sink, discard. Every answer is \
            compared. sweep.csv and sweep.svg are written anew after each cell. What would not fit into the \
            machine is skipped, and said. \
            The exit code is 0 only if every answer was right and no request failed.
            """)

    @OptionGroup var options: SweepOptions

    func run() throws {
        let settings = try SweepSettings(options)
        _ = try SluiceCommandLine.executable()
        var notes: [String] = []
        let congestionControl = senderCongestionControl(&notes)
        // It tells how many cores there are; pinned, this program has one.
        let heading = heading(settings, congestionControl) + notes
        try runOnly(onCPU: options.shared.pin)
        let files = try ChartFiles(folder: settings.output, name: "sweep")
        let run = SweepRun(
            plan: SweepPlan(settings: settings, room: .here()), congestionControl: congestionControl)

        for line in heading { printLine(line) }
        printLine(SweepLine.heading)
        var rows: [SweepRow] = []
        try run.run { cell, distances in
            rows += cell
            let heading = heading + (distances.text.map { ["Cores: \($0)"] } ?? [])
            // After each cell: whoever interrupts a sweep has what was measured until then.
            try files.write(
                csv: SweepTable(heading: heading, rows: rows).csv(),
                svg: SweepPicture(rows: rows, caption: heading).svg())
            for row in cell { printLine(SweepLine.text(row)) }
        }
        printLine("wrote \(files.table) and \(files.picture)")
        let unsound = rows.filter { !$0.isSound }
        guard unsound.isEmpty else {
            printError(
                "ingest-bench: \(unsound.count) of \(rows.count) measurements had wrong answers or errors; "
                    + "they are in the table with their errors, not in the picture:\n"
                    + unsound.map { "  " + SweepLine.text($0) + "\n" }.joined())
            throw ExitCode(1)
        }
    }

    private func heading(_ settings: SweepSettings, _ congestionControl: String?) -> [String] {
        let shared = options.shared
        let threads = shared.threads ?? shared.cores
        let pinned = shared.pin.map { "; everything on CPU \($0)" } ?? ""
        let windows = shared.windowSize.map { ", windows of \($0)" } ?? ""
        return [
            "ingest-bench sweep, \(Date.now.ISO8601Format())",
            "Machine: \(Machine.here.description)",
            "Settings: medians of \(shared.rounds) interleaved rounds, \(options.cellDuration) in all for each series; "
                + "sluice with \(threads) thread\(threads == 1 ? "" : "s")\(windows); bodies sent over loopback by \(shared.sender.rawValue), "
                + "\(congestionControl ?? "the system's congestion control"), seed \(shared.seed)\(pinned); every answer compared",
        ]
    }
}
