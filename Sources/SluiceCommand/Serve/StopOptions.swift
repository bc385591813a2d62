internal import ArgumentParser
internal import Sizes
internal import Sluice

/// What happens between SIGTERM and the end.
struct StopOptions: ParsableArguments {
    @Option(
        help: "How long connections are still accepted after SIGTERM, while /ready already says 503.")
    var drainDelay = TimeSpan(Limits().drainDelay)

    @Option(help: "After that, how long an idle connection may still bring a request.")
    var stopGrace = TimeSpan(Limits().stopGrace)

    @Option(help: "After --drain-delay, when what is still in work is cut off.")
    var stopDeadline = TimeSpan(Limits().stopDeadline)

    func set(_ limits: inout Limits) {
        limits.drainDelay = drainDelay.duration
        limits.stopGrace = stopGrace.duration
        limits.stopDeadline = stopDeadline.duration
    }
}
