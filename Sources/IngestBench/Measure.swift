internal import ArgumentParser

/// What `ingest-bench` does unless told otherwise: one size, one number of connections.
struct Measure: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures one server with bodies of one size.",
        discussion: """
            Without --url it starts the sluice that stands beside it. Two limits run in turn with the server: \
            sink receives each body into memory and reduces nothing, discard has Linux drop it. Every answer is \
            compared with the right one.
            """)

    @OptionGroup var options: Options

    func run() throws {
        let settings = try Settings(options)
        let report = try Measurement(settings: settings).run()
        print(options.json ? try report.json() : report.text())
        // A figure that cost a wrong answer or an error is none.
        guard report.isSound else { throw ExitCode(1) }
    }
}
