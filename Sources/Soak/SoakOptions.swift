internal import ArgumentParser
internal import LoadGenerator
internal import Sizes

/// What can be asked of a soak, as it is written on the command line.
struct SoakOptions: ParsableArguments {
    @Option(help: "How long the clients go on: 60s, 20m; at least 30s.")
    var duration = "60s"

    @Option(help: "How the server takes bodies: streamed, landed.")
    var body = BodyKind.streamed

    @Option(help: "Reactor threads of the server. (default: all cores)")
    var threads: Int?

    @Option(help: "The seed of the clients' plans and of the bodies.")
    var seed: UInt64 = 1

    @Option(help: "The folder for soak.csv and soak.svg.")
    var output = "bench/out"

    /// How the server takes bodies.
    enum BodyKind: String, ExpressibleByArgument, CaseIterable {
        case streamed, landed
    }
}

/// The options, checked.
struct SoakSettings {
    let duration: Duration
    let body: SoakOptions.BodyKind
    let threads: Int
    let seed: UInt64
    let output: String

    init(_ options: SoakOptions) throws {
        guard let duration = try? TimeSpan(options.duration).duration, duration >= .seconds(30) else {
            throw ValidationError(
                "--duration \(options.duration): write it as 60s or 20m; in less than 30s not every kind "
                    + "of client would come to its end")
        }
        threads = options.threads ?? ProcessFigures.cores
        guard threads >= 1 else { throw ValidationError("--threads must be at least 1") }
        self.duration = duration
        body = options.body
        seed = options.seed
        output = options.output
    }
}
