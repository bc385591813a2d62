/// How likely each fault is each time it could happen: 0 never, 1 always.
///
/// None of them is beyond what Linux may do; a server that is right survives all of them at once.
package struct Faults: Sendable, Equatable {
    // MARK: Receiving and sending

    /// A receive takes fewer bytes than are there.
    package var shortReceive = 0.0
    /// A send takes fewer bytes than there is room for.
    package var shortSend = 0.0
    /// A receive goes ahead below the low-water mark, as under memory pressure.
    package var earlyReadiness = 0.0
    /// A receive or a send answers `EINTR` or `EAGAIN`; a send at once finds no room.
    package var interruption = 0.0
    /// A receive or a send answers `ENOMEM`.
    package var noMemory = 0.0
    /// A receive or a send answers `ECANCELED` though nobody asked.
    package var cancellation = 0.0
    /// A receive from a group answers `ENOBUFS` though a buffer is free: another took it and gave it back.
    package var noBuffers = 0.0
    /// A receive from a group that ends or fails carries a buffer all the same, as older releases do.
    package var bufferWithoutData = 0.0

    // MARK: The peer, once for each piece that arrives from it

    /// The peer resets the connection.
    package var reset = 0.0
    /// The peer ends in the middle of what it had to say.
    package var earlyEnd = 0.0

    // MARK: Accepting

    /// Accept answers `EMFILE` or `ENFILE`, and the connection stays in the backlog; a spare cannot be opened.
    package var acceptNoDescriptors = 0.0
    /// Accept answers `ENOMEM`; the connection stays in the backlog.
    package var acceptNoMemory = 0.0
    /// Accept answers `ECONNABORTED`; the connection is gone.
    package var acceptAborted = 0.0
    /// A multishot accept hands a connection over and ends.
    package var acceptEnds = 0.0
    /// The one accept that is told of a newcomer looks a while later. If it is cancelled before, the newcomer waits
    /// in the backlog until somebody looks again: the others were not told.
    package var acceptLooksLate = 0.0

    // MARK: The ring

    /// A completion comes later than it could, by up to ``longestDelay``.
    package var delay = 0.0
    /// A completion overtakes others.
    package var reordering = 0.0
    /// A cancellation comes too late: the operation still does what it was for.
    package var cancelLosesRace = 0.0
    /// A completion finds the queue full. It and all that follow wait in the kernel until the server's next
    /// turn, which hands nothing over; a multishot operation ends with it.
    package var completionQueueOverflow = 0.0
    /// A queuing method finds no room.
    package var submissionQueueFull = 0.0
    /// `submitAndWait` returns early with nothing.
    package var idleTurn = 0.0
    /// At the start of a turn the clock goes forward by up to ``longestClockJump``.
    package var clockJump = 0.0
    /// A client has been moved to another CPU, or a thread of the server has as soon as it came to one.
    package var migration = 0.0

    package var longestDelay: Duration = .milliseconds(5)
    package var longestClockJump: Duration = .seconds(3)

    package init() {}

    /// A perfect day.
    package static let none = Faults()

    /// Everything at once, each often enough to meet the others.
    package static let storm: Faults = {
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
    package static func drawn(from generator: inout SeededGenerator) -> Faults {
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
            \.acceptAborted, \.acceptEnds, \.acceptLooksLate, \.delay, \.reordering, \.cancelLosesRace,
            \.completionQueueOverflow, \.submissionQueueFull, \.idleTurn, \.clockJump,
            \.migration,
        ]
    }
}
