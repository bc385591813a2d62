internal import Uring

/// Whether a body comes fast enough: so many bytes in each period, counted as they arrive and not as they are
/// received. The clock runs only while a receive is armed.
struct BodyRate {
    private var arrivedBytes = 0
    private var arrivedAtPeriodStart = 0
    private var pausedWith: Duration?
    private var hadLastMoment = false

    mutating func received(_ count: Int) { arrivedBytes += count }

    /// We hold the client back: what is left of the period is kept for later. A period that is over is judged first: who comes
    /// between its end and that, a byte in each turn, is not to put it off for ever.
    mutating func pause(deadline: inout MonotonicInstant, now: MonotonicInstant) {
        guard pausedWith == nil, deadline > now else { return }
        pausedWith = now.duration(until: deadline)
        deadline = .distantFuture
    }

    mutating func resume(deadline: inout MonotonicInstant, now: MonotonicInstant) {
        guard let left = pausedWith else { return }
        pausedWith = nil
        deadline = now.advanced(by: left)
    }

    /// Whether as much has arrived as this share of the period must bring.
    func isOnTime(unread: Int, demanded: Int, after share: Double) -> Bool {
        Double(arrivedInPeriod(unread: unread)) >= Double(demanded) * share
    }

    /// What has come since the period began.
    /// - Parameter unread: what of it is not received yet.
    func arrivedInPeriod(unread: Int) -> Int { arrivedBytes + unread - arrivedAtPeriodStart }

    /// - Returns: whether the period brought what it must.
    mutating func endPeriod(unread: Int, demanded: Int, stillToCome: Int) -> Bool {
        guard arrivedInPeriod(unread: unread) >= demanded || unread >= stillToCome else { return false }
        arrivedAtPeriodStart = arrivedBytes + unread
        hadLastMoment = false
        return true
    }

    /// - Returns: true once in each period that brought too little.
    mutating func takeLastMoment() -> Bool {
        defer { hadLastMoment = true }
        return !hadLastMoment
    }
}

extension Int {
    /// The sum, or the largest number where it would not fit.
    func addingClamped(_ other: Int) -> Int {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
