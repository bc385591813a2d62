internal import ArgumentParser
internal import Sizes
internal import Sluice

/// The memory that bodies are received into.
struct MemoryOptions: ParsableArguments {
    @Option(help: "The budget for landed bodies and kernels' scratch.")
    var memory = ByteSize(bytes: Limits().memoryBytes)

    func set(_ limits: inout Limits) { limits.memoryBytes = memory.bytes }
}
