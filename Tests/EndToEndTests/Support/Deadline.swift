import Glibc

/// How long something may take before it counts as hung. Generous: a loaded machine must not fail a test.
struct Deadline {
    static let patience: Duration = .seconds(45)

    private let end: ContinuousClock.Instant

    init(after duration: Duration = Self.patience) { end = .now + duration }

    var hasPassed: Bool { ContinuousClock.now >= end }

    /// For `poll`.
    var milliseconds: Int32 {
        let left = ContinuousClock.now.duration(to: end)
        guard left > .zero else { return 0 }
        return Int32(
            clamping: left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000 + 1
        )
    }
}

/// Looks again and again, every few milliseconds, until `condition` holds or the time is up.
/// - Returns: whether it came to hold.
func eventually(within duration: Duration = Deadline.patience, _ condition: () throws -> Bool) rethrows
    -> Bool
{
    let deadline = Deadline(after: duration)
    while true {
        if try condition() { return true }
        if deadline.hasPassed { return false }
        usleep(5000)
    }
}

/// Whether the descriptor is in one of the states of `events` now or before the deadline.
func isReady(_ descriptor: Int32, _ events: Int32, before deadline: Deadline) -> Bool {
    isReady(anyOf: [descriptor], events, before: deadline)
}

/// Whether one of the descriptors is.
func isReady(anyOf descriptors: [Int32], _ events: Int32, before deadline: Deadline) -> Bool {
    var entries = descriptors.map { pollfd(fd: $0, events: Int16(events), revents: 0) }
    while true {
        let outcome = unsafe poll(&entries, nfds_t(entries.count), deadline.milliseconds)
        if outcome > 0 { return true }
        if outcome == 0 || errno != EINTR { return false }
    }
}

func isReadableNow(_ descriptor: Int32) -> Bool {
    isReady(descriptor, POLLIN, before: Deadline(after: .zero))
}
