internal import ArgumentParser
internal import LoadGenerator
internal import Sizes

/// What can be asked of a table.
struct TableOptions: ParsableArguments {
    @Option(help: "Runs: how often all cells are measured from the beginning, with servers started anew.")
    var runs = 3

    @Option(help: "The size of the large bodies: 30MB, 1MiB.", transform: ByteSize.init)
    var size = ByteSize(bytes: 30_000_000)

    @Option(
        help: "How long to measure each server of a cell in a run, over all rounds: 10s, 500ms.",
        transform: TimeSpan.init)
    var duration = TimeSpan(milliseconds: 10_000)

    @Option(help: "The folder for table.md and table.csv.")
    var output = "bench/out"

    @OptionGroup var shared: SharedOptions
}

/// What one line of a table is about.
struct TableCell: Hashable, CustomStringConvertible {
    let body: BodyKind
    let size: ByteSize
    let connections: Int

    var description: String {
        "\(size) \(body.rawValue), \(connections) connection\(connections == 1 ? "" : "s")"
    }

    /// What is charged by the gigabyte, and not by the request.
    static let leastLarge = 1000

    /// Large bodies taken in both ways, and the smallest there are, over a few connections and over many.
    static func all(size: ByteSize) -> [TableCell] {
        let large = BodyKind.allCases.flatMap { body in
            [1, 2, 8].map { TableCell(body: body, size: size, connections: $0) }
        }
        let smallest = ByteSize(bytes: 4)
        return large + [1, 64, 1000].map { TableCell(body: .streamed, size: smallest, connections: $0) }
    }

    /// What it is measured by.
    func settings(_ options: TableOptions) throws -> Settings {
        let duration = try checked(options.duration, option: "--duration")
        var settings = try Settings(
            options.shared, size: size, connections: connections, extent: .duration(duration),
            server: .sluice(try SluiceSetUp(options.shared, body: body)), limits: true)
        settings.warmUp = min(settings.warmUp, duration)
        settings.countsCopies = false
        return settings
    }
}
