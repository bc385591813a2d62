internal import ArgumentParser

@main
enum Main {
    static func main() {
        // Before any other thread exists: they all inherit the mask, and only this one waits for the signals.
        StopSignals.block()
        SluiceCommand.main()
    }
}

/// `sluice`: the server's command line.
struct SluiceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sluice",
        abstract: "An HTTP server for large float32 bodies, on io_uring.",
        discussion: """
            Post raw little-endian float32 bytes; the answer is one float32:

              sluice serve
              curl --data-binary @values.f32 'http://127.0.0.1:8080/predict?columns=2500' | xxd
            """,
        subcommands: [Serve.self, Doctor.self])
}
