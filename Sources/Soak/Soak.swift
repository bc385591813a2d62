internal import ArgumentParser

/// `soak`: a real server under good clients and bad ones at once, for as long as it is told, with a verdict.
@main
struct Soak: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "soak",
        abstract: "Soaks sluice in good clients and bad ones at once; ends with a verdict and a picture.",
        discussion: """
            Starts the sluice that stands beside it and mixes, from a seed: posts of 4 bytes to 30 MB, whole and \
            in chunks, pipelined and with Expect: 100-continue; clients that break off, trickle, send bad \
            framing, stay silent or idle, or do not take their answers. Every answer is compared. Each second, or in a soak \
            of more than ten minutes 600 times in all, the server's memory, descriptors, threads and free buffers \
            are looked at, and a healthy client's latency is taken.

            soak.csv and soak.svg are written to the output folder, each half minute too; until the end they \
            say that they are unfinished. The exit code is 0 only if every criterion of the verdict holds; \
            each is printed with its figure.
            """)

    @OptionGroup var options: SoakOptions

    func run() throws {
        let settings = try SoakSettings(options)
        let verdict = try SoakRun(settings: settings).run()
        guard verdict.passes else { throw ExitCode(1) }
    }
}
