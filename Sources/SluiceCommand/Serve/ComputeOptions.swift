internal import ArgumentParser
internal import Sizes
internal import Sluice

/// The threads beside the reactors.
struct ComputeOptions: ParsableArguments {
    @Option(
        help: """
            Threads that reduce what cannot be reduced while it comes, a chunked body for sum or mean \
            (default: one for each CPU).
            """)
    var computeThreads: Int?

    @Option(help: "How many requests may wait for one of them; who comes beyond it gets 503.")
    var computeQueue = Limits().computeQueue

    @Option(help: "How long a request waits for its answer from one of them; then 504.")
    var handlerTimeout = TimeSpan(Limits().handlerTimeout)

    func set(_ limits: inout Limits) {
        limits.computeThreads = computeThreads
        limits.computeQueue = computeQueue
        limits.handlerTimeout = handlerTimeout.duration
    }
}
