/// How likely each fault is each time it could happen: 0 never, 1 always.
///
/// None of them is beyond what Linux may do; a server that is right survives all of them at once.
public struct Faults: Sendable, Equatable {
    // MARK: Receiving and sending

    /// A receive takes fewer bytes than are there.
    public var shortReceive = 0.0
    /// A send takes fewer bytes than there is room for.
    public var shortSend = 0.0
    /// A receive goes ahead below the low-water mark, as under memory pressure.
    public var earlyReadiness = 0.0
    /// A receive or a send answers `EINTR` or `EAGAIN`.
    public var interruption = 0.0
    /// A receive or a send answers `ENOMEM`.
    public var noMemory = 0.0
    /// A receive or a send answers `ECANCELED` though nobody asked.
    public var cancellation = 0.0
    /// A receive from a group answers `ENOBUFS` though a buffer is free: another took it and gave it back.
    public var noBuffers = 0.0
    /// A receive from a group that ends or fails carries a buffer all the same, as older releases do.
    public var bufferWithoutData = 0.0

    // MARK: The peer, once for each piece that arrives from it

    /// The peer resets the connection.
    public var reset = 0.0
    /// The peer ends in the middle of what it had to say.
    public var earlyEnd = 0.0

    // MARK: Accepting

    /// Accept answers `EMFILE`; the connection stays in the backlog.
    public var acceptNoDescriptors = 0.0
    /// Accept answers `ENOMEM`; the connection stays in the backlog.
    public var acceptNoMemory = 0.0
    /// Accept answers `ECONNABORTED`; the connection is gone.
    public var acceptAborted = 0.0
    /// A multishot accept hands a connection over and ends.
    public var acceptEnds = 0.0

    // MARK: The ring

    /// A completion comes later than it could, by up to ``longestDelay``.
    public var delay = 0.0
    /// A completion overtakes others.
    public var reordering = 0.0
    /// A cancellation comes too late: the operation still does what it was for.
    public var cancelLosesRace = 0.0
    /// A queuing method finds no room.
    public var submissionQueueFull = 0.0
    /// `submitAndWait` returns early with nothing.
    public var idleTurn = 0.0
    /// At the start of a turn the clock goes forward by up to ``longestClockJump``.
    public var clockJump = 0.0

    public var longestDelay: Duration = .milliseconds(5)
    public var longestClockJump: Duration = .seconds(3)

    public init() {}

    /// A perfect day.
    public static let none = Faults()

    /// Everything at once, each often enough to meet the others.
    public static let storm: Faults = {
        var faults = Faults()
        for fault in Faults.all { faults[keyPath: fault] = 0.05 }
        for often in [\Faults.shortReceive, \.shortSend, \.delay, \.reordering, \.noBuffers] {
            faults[keyPath: often] = 0.3
        }
        // Each of these ends a conversation or costs seconds: rarer, or nothing else would be seen.
        for seldom in [\Faults.reset, \.earlyEnd, \.cancellation, \.clockJump] {
            faults[keyPath: seldom] = 0.01
        }
        return faults
    }()

    /// Some faults, each strong or weak, chosen by `generator`. Runs that lack some faults reach further
    /// than runs that have them all ("swarm testing").
    public static func drawn(from generator: inout SeededGenerator) -> Faults {
        var faults = Faults.storm
        for fault in Faults.all {
            switch generator.number(in: 0...3) {
            case 0, 1: faults[keyPath: fault] = 0
            case 2: break
            default: faults[keyPath: fault] /= 4
            }
        }
        return faults
    }

    /// Every probability, in a fixed order.
    private static var all: [WritableKeyPath<Faults, Double>] {
        [
            \.shortReceive, \.shortSend, \.earlyReadiness, \.interruption, \.noMemory, \.cancellation,
            \.noBuffers, \.bufferWithoutData, \.reset, \.earlyEnd, \.acceptNoDescriptors, \.acceptNoMemory,
            \.acceptAborted, \.acceptEnds, \.delay, \.reordering, \.cancelLosesRace, \.submissionQueueFull,
            \.idleTurn, \.clockJump,
        ]
    }
}
