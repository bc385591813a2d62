public import ArgumentParser
public import LoadGenerator
internal import Sizes

/// What can be asked of every measurement, as it is written on the command line.
struct SharedOptions: ParsableArguments {
    @Option(help: "Rounds. The figures are the median and the spread over them.")
    var rounds = 5

    @Option(help: "Reactor threads of the server that is started. (default: all cores; 1 with --pin)")
    var threads: Int?

    @Option(
        help: "The window size of the server that is started: 512KiB, 1MiB. (default: its own)",
        transform: ByteSize.init)
    var windowSize: ByteSize?

    @Option(
        help: """
            Run the senders and every server on this CPU only. Figures swing much less, but nothing \
            runs side by side: for costs, not for speeds.
            """)
    var pin: Int?

    @Option(help: "How bodies are sent: write, sendfile (which leaves the receiver colder memory).")
    var sender = LoadPlan.Sender.write

    @Option(help: "How long a request may take.", transform: TimeSpan.init)
    var timeout = TimeSpan(milliseconds: 30_000)

    @Option(help: "The seed that the bodies' values are drawn from.")
    var seed: UInt64 = 1

    /// How many cores the senders and the server have.
    var cores: Int { pin == nil ? ProcessFigures.cores : 1 }
}

/// What can be asked of a measurement of one size and one number of connections.
struct Options: ParsableArguments {
    @Option(help: "The size of each body: 30MB, 1MiB or in bytes; a multiple of 4.", transform: ByteSize.init)
    var size = ByteSize(bytes: 30_000_000)

    @Option(help: "Connections, each with one request under way.")
    var connections = 1

    @Option(
        help: "How long to measure each server, over all rounds: 10s, 500ms, 2m. (default: 10s)",
        transform: TimeSpan.init)
    var duration: TimeSpan?

    @Option(help: "Requests to measure each server by, over all rounds, instead of a time.")
    var requests: Int?

    @Option(
        help: "A server that is running, of any make: http://HOST:PORT, with a path if it is not /predict.")
    var url: String?

    @Option(help: "How the server that is started takes bodies: streamed, landed. (default: streamed)")
    var body: BodyKind?

    @Option(
        help: """
            Slow clients, 80 KiB/s each, beside the load of the server that is started. Another like it, and \
            the limits, are measured in turn while they burden the first: the machine always bears them.
            """)
    var slowClients = 0

    @OptionGroup var shared: SharedOptions

    @Flag(inversion: .prefixedNo, help: "Measure sink and discard in turn with the server.")
    var limits = true

    @Flag(help: "Print one JSON object, each round in it.")
    var json = false
}

/// How the server takes bodies.
enum BodyKind: String, ExpressibleByArgument, CaseIterable {
    case streamed, landed
}

extension LoadPlan.Sender: ExpressibleByArgument {}
