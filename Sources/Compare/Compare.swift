internal import ArgumentParser
internal import Terminal

/// `compare`: the servers people use beside Sluice, under the same workloads, with one client.
@main
struct Compare: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Runs Sluice and its peers through the same workloads; writes a table and a picture.",
        discussion: """
            Each cell (a server under a workload) has a server started for it alone: what a cell leaves behind, a \
            backlog, threads, memory, is never in the next one's figures. Cells go in rounds, for each workload \
            one server after the other, in an order drawn anew for each workload and round, the same in every run. \
            Every answer is checked. A cell that takes longer than its time is cut there and counts what was done; \
            a peer that cannot be run is named with the reason, and the others go on.

            compare.md, compare.csv and compare.svg (compare-quick.… and compare-full.… with those flags) are \
            written anew after each cell. The exit code is 0 if Sluice was measured in every workload without a \
            wrong answer; which of its claims held in this run, the table's end says.
            """)

    @OptionGroup var options: CompareOptions

    func run() throws {
        let settings = try CompareSettings(options)
        let catalogue = try PeerCatalogue(folder: settings.peersFolder)
        if options.printPeers {
            let names = try settings.chosen(from: catalogue.peers).map(\.name)
            return names.forEach { printLine($0) }
        }
        let comparison = try CompareRun(settings: settings, catalogue: catalogue).run()
        guard comparison.isWhole else { throw ExitCode(1) }
    }
}

/// Why there can be no comparison, or no cell, in words for the user.
struct CompareError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
