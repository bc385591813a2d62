internal import Uring

/// Whether a client is back at once with its next body, so that its turn need not pass between the two (``BodyTurns``).
///
/// Learnt from what it does, waited for or not. Who thinks between his bodies is waited for once in some fifty of them; who does
/// not, and is late for want of a core only, stays trusted if that is rarer.
struct BodyReturns {
    private var lastBodyEnd: MonotonicInstant?
    /// How much is to be said for waiting, up to ``mostTrust`` and down to as much below zero.
    private var trust: Int8 = 0

    /// Who has so much is waited for. A body whose client was back within ``BodyTurns/patience`` gives one, a later one
    /// takes one.
    static let enoughTrust = 4
    /// For being waited for and back later than ``longestReturn``: that is who thinks.
    static let costOfLateReturn = 48
    /// For being waited for and not back in time at all. Less, for a client that lacks a core looks the same.
    static let costOfNoReturn = 8
    /// Enough that one late return is forgiven.
    static let mostTrust = 64
    /// What a client on this machine needs to read an answer and fill its buffers with the next body, before our thread has
    /// the core that both are on. Who is waited for and takes longer has done something else.
    static let longestReturn: Duration = .milliseconds(1)

    var isExpectedAtOnce: Bool { trust >= Self.enoughTrust }

    /// Whether its last body has ended so long ago.
    func hasRested(_ duration: Duration, now: MonotonicInstant) -> Bool {
        lastBodyEnd.map { $0.duration(until: now) >= duration } ?? true
    }

    mutating func bodyEnded(now: MonotonicInstant) { lastBodyEnd = now }

    /// - Parameter isWaitedFor: whether the others were kept in line for it.
    mutating func bodyBegan(isWaitedFor: Bool, now: MonotonicInstant) {
        guard let away = lastBodyEnd?.duration(until: now) else { return }
        addTrust(away <= BodyTurns.patience ? 1 : -1)
        if isWaitedFor, away > Self.longestReturn { addTrust(-Self.costOfLateReturn) }
    }

    /// The wait is over, and it is not back.
    mutating func waitedInVain() { addTrust(-Self.costOfNoReturn) }

    private mutating func addTrust(_ change: Int) {
        trust = Int8(max(-Self.mostTrust, min(Int(trust) + change, Self.mostTrust)))
    }
}
