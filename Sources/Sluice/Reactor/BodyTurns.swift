internal import Uring

/// Which of a reactor's fast bodies is received, while the others stand in line.
///
/// Taken in turn a window at a time, every client would fill its buffers and sleep; its bytes grow old in there, and Linux
/// sends the next ones in our thread, behind our ACKs. So one body is received for many windows, while its client
/// keeps writing and its bytes are young. Whenever it brings nothing for ``patience``, or has had ``bodyBytes`` or ``bodyTime``,
/// the next one is.
///
/// A body that begins a turn is old: its client has filled its buffers while it stood in line. The client's next one is not, if it is
/// received at once. So a turn is a client's and not a body's: who is back at once with the next body goes on with it until
/// ``Limits/turnTime`` is over, or sooner in a long line.
///
/// A client that brings nothing costs the others the time that it was waited for. That is paid from what is earned by receiving, so
/// that waits in vain are bounded together, whoever the clients are: with nothing left nobody is waited for, and all in
/// line are received as their data comes. One that always brings something just in time has its turn's time and no more.
final class BodyTurns {
    /// Whose receive is waited for, or has just completed.
    private(set) var holder: Int?
    private let turnTime: Duration
    private var turnStart = MonotonicInstant(nanoseconds: 0)
    private var bytesTaken = 0
    private var bodyEnd = MonotonicInstant(nanoseconds: 0)
    private var waitEnd = MonotonicInstant(nanoseconds: 0)
    private var isPatient = false
    private var allowance = BodyTurns.mostAllowance

    /// A hundredth of a second at what memory allows, and a body of the usual size as a whole.
    static let bodyBytes = 32 << 20
    /// Twice that and more, for clients that do not keep up: those in line wait so long, and a ``patience``.
    static let bodyTime: Duration = .milliseconds(20)
    /// So many turns are shared by all in line if there are more, as far as one body each does not take longer.
    static let turnsInRound = 4
    /// What a client on this machine needs to get a core and write a window: a time slice of Linux's scheduler, where another
    /// has the core just now.
    static let patience: Duration = .milliseconds(3)
    /// What a mebibyte earns: about what receiving and reducing it takes, so that waits in vain take half of the time at worst.
    static let allowancePerMebibyte: Duration = .microseconds(100)
    static let mostAllowance: Duration = .milliseconds(9)

    enum Step: Equatable {
        /// The holder has been served and is received again.
        case goOn(Int)
        /// The turn is the next one's.
        case pass
        case wait
    }

    /// - Parameter turnTime: see ``Limits/turnTime``.
    init(turnTime: Duration) { self.turnTime = turnTime }

    /// What to do for those in line.
    /// - Parameter isServed: whether the holder's receive has completed, and it wants the next.
    func step(isServed: Bool, now: MonotonicInstant) -> Step {
        guard let holder else { return .pass }
        if isServed {
            if bytesTaken < Self.bodyBytes, now < bodyEnd { return .goOn(holder) }
        } else {
            guard waitEnd <= now else { return .wait }
            if isPatient { allowance -= Self.patience }
        }
        self.holder = nil
        return .pass
    }

    func begin(_ slot: Int, now: MonotonicInstant) {
        holder = slot
        turnStart = now
        beginBody(now)
    }

    private func beginBody(_ now: MonotonicInstant) {
        bytesTaken = 0
        bodyEnd = now.advanced(by: Self.bodyTime)
    }

    /// The holder's receive is queued.
    func wait(from now: MonotonicInstant) {
        isPatient = allowance >= Self.patience
        waitEnd = isPatient ? now.advanced(by: Self.patience) : now
    }

    /// Whoever's turn it was: with nothing left, it is nobody's for long.
    func received(_ count: Int, by slot: Int) {
        if slot == holder { bytesTaken += count }
        allowance = min(Self.mostAllowance, allowance + Self.allowancePerMebibyte * count / (1 << 20))
    }

    /// Its body is whole.
    /// - Parameters:
    ///   - isExpected: whether its client's next is, at once.
    ///   - others: how many are in line.
    func bodyEnded(_ slot: Int, isExpected: Bool, others: Int, now: MonotonicInstant) {
        guard slot == holder else { return }
        let share = min(turnTime, turnTime * Self.turnsInRound / (others + 1))
        beginBody(now)
        wait(from: now)
        // With nobody else in line the turn need not be kept: the next body begins another.
        let isKept = isExpected && isPatient && others > 0 && turnStart.duration(until: now) < share
        if !isKept { holder = nil }
    }

    /// Its connection ends.
    func end(_ slot: Int) {
        if slot == holder { holder = nil }
    }

    /// When those in line are to be looked at again.
    func nextLook(now: MonotonicInstant) -> MonotonicInstant { holder == nil ? now : waitEnd }
}
