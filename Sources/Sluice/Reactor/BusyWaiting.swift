internal import Uring

/// Whether a reactor that has answered its only request stays awake for the next one.
///
/// A client that asks one thing after the other is back within microseconds, and to be put to sleep and woken takes as long as all the
/// rest of a request. But a reactor that stays awake keeps a core, and if that is the one its client needs, the client is back the
/// later. Which of the two it is here is measured: most waits are of the kind after which clients have been back sooner, and a few of the other.
final class BusyWaiting {
    /// The longest look; zero: none.
    let limit: Duration
    private var answered: MonotonicInstant?
    private var previousAnswer: MonotonicInstant?
    private var isBusy = false
    private var waits = 0
    private var asleep = Return()
    private var busy = Return()

    /// Of so many waits ``trials`` are of the other kind.
    static let period = 128
    static let trials = 8
    /// Answers that are further apart than so many limits are of requests with work to do. Being woken is no part of
    /// those to speak of, and a core is.
    static let longestRound = 10

    /// How long clients took to be back, on average over the last few.
    private struct Return {
        var nanoseconds: Int64?

        mutating func add(_ sample: Int64) {
            guard let average = nanoseconds else { return nanoseconds = sample }
            nanoseconds = average + (sample - average) / 8
        }
    }

    init(limit: Duration) { self.limit = limit }

    /// The only request there was has its answer.
    func answeredOne(now: MonotonicInstant) {
        guard limit > .zero else { return }
        let isSoon = previousAnswer.map { $0.duration(until: now) <= limit * Self.longestRound } ?? false
        previousAnswer = now
        if isSoon { answered = now }
    }

    /// How long to look, for the wait that begins.
    func begin() -> Duration {
        isBusy = answered != nil && choosesBusy
        return isBusy ? limit : .zero
    }

    /// The wait is over.
    func end(hasCompletion: Bool, now: MonotonicInstant) {
        guard let answered else { return }
        self.answered = nil
        waits = (waits + 1) % Self.period
        let elapsed = answered.duration(until: now)
        // However much later: it only says that it was not worth it.
        let sample = hasCompletion ? min(elapsed, limit * 4) : limit * 4
        let nanoseconds = sample.components.attoseconds / 1_000_000_000
        if isBusy { busy.add(nanoseconds) } else { asleep.add(nanoseconds) }
    }

    private var choosesBusy: Bool {
        // Who is not back within the limit when we sleep need not be looked for.
        guard let asleep = asleep.nanoseconds, .nanoseconds(asleep) <= limit else { return false }
        // By an eighth: awake, a reactor takes a core from others, and that is not for nothing.
        let isBusySooner = busy.nanoseconds.map { $0 < asleep - asleep / 8 } ?? false
        return waits < Self.trials ? !isBusySooner : isBusySooner
    }
}
