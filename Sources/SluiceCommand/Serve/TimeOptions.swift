internal import ArgumentParser
internal import Sizes
internal import Sluice

/// How long a client may take for what. Ranges are checked where the server is made.
struct TimeOptions: ParsableArguments {
    @Option(help: "From connecting to the first byte of a request; then the connection is closed.")
    var firstByteTimeout = TimeSpan(Limits().firstByteTimeout)

    @Option(help: "From an answer to the next request; then the connection is closed.")
    var idleTimeout = TimeSpan(Limits().idleTimeout)

    @Option(help: "From the first byte of a request's head to its last; then 408.")
    var headTimeout = TimeSpan(Limits().headTimeout)

    @Option(
        help: "When heads wait for buffers, how long a slow client keeps its own; then 503. 0s: not at all.")
    var headBufferGrace = TimeSpan(Limits().headBufferGrace)

    @Option(help: "In each such period of a body, --body-period-bytes must arrive; else 408.")
    var bodyPeriod = TimeSpan(Limits().bodyPeriod)

    @Option(help: "What a client must send in a --body-period, if not all that is left.")
    var bodyPeriodBytes = ByteSize(bytes: Limits().bodyPeriodBytes)

    @Option(help: "In each such period of an answer, --response-period-bytes must be taken; else it is cut.")
    var responsePeriod = TimeSpan(Limits().responsePeriod)

    @Option(help: "What a client must take in a --response-period, if not all that is left.")
    var responsePeriodBytes = ByteSize(bytes: Limits().responsePeriodBytes)

    @Option(help: "How long a request waits for --memory; then 503. 0s: not at all.")
    var memoryTimeout = TimeSpan(Limits().memoryTimeout)

    @Option(help: "How long a refused client may go on sending before its connection is closed.")
    var drainTimeout = TimeSpan(Limits().drainTimeout)

    @Option(help: "How much a refused client may go on sending before its connection is closed.")
    var drainBytes = ByteSize(bytes: Limits().drainBytes)

    func set(_ limits: inout Limits) {
        limits.firstByteTimeout = firstByteTimeout.duration
        limits.idleTimeout = idleTimeout.duration
        limits.headTimeout = headTimeout.duration
        limits.headBufferGrace = headBufferGrace.duration
        limits.bodyPeriod = bodyPeriod.duration
        limits.bodyPeriodBytes = bodyPeriodBytes.bytes
        limits.responsePeriod = responsePeriod.duration
        limits.responsePeriodBytes = responsePeriodBytes.bytes
        limits.memoryTimeout = memoryTimeout.duration
        limits.drainTimeout = drainTimeout.duration
        limits.drainBytes = drainBytes.bytes
    }
}
