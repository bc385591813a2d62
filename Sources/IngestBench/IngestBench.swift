internal import ArgumentParser

/// `ingest-bench`: loads a server with large bodies and tells how close it comes to what the machine can do.
@main
struct IngestBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ingest-bench",
        abstract: "Loads a server with float32 bodies, beside plain servers that do less.",
        usage: "ingest-bench [--size 30MB] [--connections 1] [--duration 10s] [--url URL] [--json] …",
        discussion: "All options: ingest-bench measure --help, table --help, sweep --help",
        subcommands: [Measure.self, Table.self, Sweep.self, ServeLimit.self], defaultSubcommand: Measure.self)
}
