internal import ArgumentParser
internal import LoadGenerator
internal import Sizes

/// What can be asked of a sweep.
struct SweepOptions: ParsableArguments {
    @Option(help: "The sizes of the bodies, with commas between them.")
    var sizes = "4,4KB,64KB,1MB,4MB,30MB,100MB,256MB"

    @Option(help: "The numbers of connections, with commas between them.")
    var connections = "1,2,8,64,1000"

    @Option(
        help: "How long to measure each series of a cell, over all rounds: 1s, 500ms.",
        transform: TimeSpan.init)
    var cellDuration = TimeSpan(milliseconds: 1000)

    @Option(help: "The folder for sweep.csv and sweep.svg.")
    var output = "bench/out"

    @OptionGroup var shared: SharedOptions
}

/// The options of a sweep, checked.
struct SweepSettings {
    let sizes: [ByteSize]
    let connections: [Int]
    let cellDuration: Duration
    let output: String
    private let shared: SharedOptions

    init(_ options: SweepOptions) throws {
        sizes = try Self.list(options.sizes, option: "--sizes") { try? ByteSize($0) }
        connections = try Self.list(options.connections, option: "--connections") { Int($0) }
        cellDuration = try checked(options.cellDuration, option: "--cell-duration")
        output = options.output
        shared = options.shared
        for cell in cells { _ = try settings(of: cell, .streamed) }
    }

    /// All of them, small bodies first: a body is made once for its size.
    var cells: [SweepCell] {
        sizes.flatMap { size in
            connections.map { SweepCell(bodySize: size.bytes, connections: $0) }
        }
    }

    /// What one cell is measured by, with Sluice taking bodies so.
    func settings(of cell: SweepCell, _ body: BodyKind) throws -> Settings {
        var settings = try Settings(
            shared, size: ByteSize(bytes: cell.bodySize), connections: cell.connections,
            extent: .duration(cellDuration), server: .sluice(try SluiceSetUp(shared, body: body)),
            limits: true)
        settings.warmUp = min(settings.warmUp, cellDuration)
        return settings
    }

    /// Ascending and each once, as the picture's axes need them.
    private static func list<Element: Comparable & Hashable>(
        _ text: String, option: String, _ read: (String) -> Element?
    ) throws -> [Element] {
        let words = text.split(separator: ",", omittingEmptySubsequences: false)
        return Set(
            try words.map { word in
                guard let element = read(String(word.filter { $0 != " " })) else {
                    throw ValidationError("\(option) \(text): '\(word)' is none; write it as 1,2,3")
                }
                return element
            }
        ).sorted()
    }
}
