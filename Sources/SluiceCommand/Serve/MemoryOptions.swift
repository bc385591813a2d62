internal import ArgumentParser
internal import Sizes
internal import Sluice

/// The memory that bodies are received into.
struct MemoryOptions: ParsableArguments {
    @Option(help: "The budget for landed bodies and kernels' scratch.")
    var memory = ByteSize(bytes: Limits().memoryBytes)

    @Option(help: "The size of a window.")
    var windowSize = ByteSize(bytes: Limits().windowBytes)

    @Option(help: "How much of a body must have arrived before it is received (default: a window).")
    var lowWaterMark: ByteSize?

    func set(_ limits: inout Limits) {
        limits.memoryBytes = memory.bytes
        limits.windowBytes = windowSize.bytes
        limits.lowWaterMark = lowWaterMark?.bytes
    }
}
