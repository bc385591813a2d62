internal import Uring

/// Which of a reactor's fast bodies is received, while the others stand in line.
///
/// Taken in turn a window at a time, every client would fill its buffers and sleep; its bytes grow old in there, and Linux
/// sends the next ones in our thread, behind our ACKs. So one body is received for many windows, while its client
/// keeps writing and its bytes are young. Whenever it brings nothing for ``patience``, or has had ``turnBytes`` or ``turnTime``,
/// the next one is.
///
/// A client that brings nothing costs the others the time that it was waited for. That is paid from what is earned by receiving, so
/// that waits in vain are bounded together, whoever the clients are: with nothing left nobody is waited for, and all in
/// line are received as their data comes. One that always brings something just in time has its turn's time and no more.
struct BodyTurns {
    /// Whose receive is waited for, or has just completed.
    private(set) var holder: Int?
    private var bytesTaken = 0
    private var turnEnd = MonotonicInstant(nanoseconds: 0)
    private var waitEnd = MonotonicInstant(nanoseconds: 0)
    private var isPatient = false
    private var allowance = Self.mostAllowance

    /// A hundredth of a second at what memory allows, and a body of the usual size as a whole.
    static let turnBytes = 32 << 20
    /// Twice that and more, for clients that do not keep up: those in line wait so long, and a ``patience``.
    static let turnTime: Duration = .milliseconds(20)
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

    /// What to do for those in line.
    /// - Parameter isServed: whether the holder's receive has completed, and it wants the next.
    mutating func step(isServed: Bool, now: MonotonicInstant) -> Step {
        guard let holder else { return .pass }
        if isServed {
            if bytesTaken < Self.turnBytes, now < turnEnd { return .goOn(holder) }
        } else {
            guard waitEnd <= now else { return .wait }
            if isPatient { allowance -= Self.patience }
        }
        self.holder = nil
        return .pass
    }

    mutating func begin(_ slot: Int, now: MonotonicInstant) {
        holder = slot
        bytesTaken = 0
        turnEnd = now.advanced(by: Self.turnTime)
    }

    /// The holder's receive is queued.
    mutating func wait(from now: MonotonicInstant) {
        isPatient = allowance >= Self.patience
        waitEnd = isPatient ? now.advanced(by: Self.patience) : now
    }

    /// Whoever's turn it was: with nothing left, it is nobody's for long.
    mutating func received(_ count: Int, by slot: Int) {
        if slot == holder { bytesTaken += count }
        allowance = min(Self.mostAllowance, allowance + Self.allowancePerMebibyte * count / (1 << 20))
    }

    /// Its body is whole, or its connection ends.
    mutating func end(_ slot: Int) {
        if slot == holder { holder = nil }
    }

    /// When those in line are to be looked at again.
    func nextLook(now: MonotonicInstant) -> MonotonicInstant { holder == nil ? now : waitEnd }
}
