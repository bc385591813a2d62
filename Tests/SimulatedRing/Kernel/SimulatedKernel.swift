package import Uring

/// A kernel that exists only in memory: virtual time, listeners, connections, clients and their faults.
///
/// Everything random in it comes from one seed, and nothing in it depends on the machine, so a seed replays
/// a run exactly. Reactors get a ``SimulatedRing`` each; clients are scripts (``ClientStep``). One thread
/// steps everything, most pleasantly through ``drive(turnLimit:timeLimit:until:turn:)``.
///
/// It watches what the server does and keeps a ``Violation`` of each thing a server must never do.
package final class SimulatedKernel {
    /// What replays this run.
    package let seed: UInt64
    /// May be changed during a run, for instance to let a storm end.
    package var faults: Faults
    /// Descriptors that may be open at once; accept answers `EMFILE` beyond.
    package var descriptorLimit = 1024
    /// Bytes of a connection that are held for the server to receive. A low-water mark enlarges it, as in Linux.
    package var receiveWindow = 256 * 1024
    /// How many CPUs there are: threads and clients run on those below.
    package var cpuCount = 4
    /// What every move answers; nil: it takes place.
    package var moveErrorNumber: Int32?
    /// What a move takes: on the other CPU somebody else had a time slice.
    package var moveTime = Duration.zero
    /// Let a turn end early when a client has come a step further. Without it, only what Linux would wake a
    /// thread for ends a turn, and the last client's end: so a server that forgot to arm something is found
    /// by the stall it causes.
    package var clientStepsEndTurns = true
    /// Stop the process at the first violation, with a report: for a debugger, or an exit test.
    package var trapsOnViolation = false

    /// Virtual time.
    package internal(set) var now = MonotonicInstant(nanoseconds: 1_000_000_000)
    /// What went wrong so far, in order.
    package internal(set) var violations: [Violation] = []
    /// Every client, in order of connecting.
    package internal(set) var clients: [SimulatedClient] = []

    var generator: SeededGenerator
    var events = EventQueue()
    var trace = Trace()
    var rings: [RingState] = []
    var ringsMade = 0
    /// Steps that clients have done.
    var clientSteps = 0
    var descriptors = DescriptorTable()
    /// Kept to the end: clients and operations point at them without owning them.
    var sockets: [SimulatedSocket] = []
    var listeners: [SimulatedListener] = []
    var outsides: [OutsideDescriptor] = []
    /// Plain receives in flight, whose memory must not overlap.
    var plainReceives: [Operation] = []

    package init(seed: UInt64, faults: Faults = .none) {
        self.seed = seed
        self.faults = faults
        generator = SeededGenerator(seed: seed)
    }

    deinit {
        // An armed operation and its socket hold each other.
        for socket in sockets {
            socket.armedReceives = []
            socket.armedSends = []
        }
        for listener in listeners { listener.armed = [] }
        for outside in outsides { outside.armedPolls = [] }
    }

    /// Tells runs apart: equal for equal seeds and servers.
    package var traceHash: UInt64 { trace.hash }

    /// The last things that happened, oldest first.
    package func traceLines(_ count: Int = 40) -> [String] { trace.lines(count) }

    /// Descriptors that are open: the baseline to come back to.
    package var openDescriptorCount: Int { descriptors.openCount }

    /// Every client has come to the end of its script, or was broken on the way.
    package var clientsAreFinished: Bool { clients.allSatisfy(\.isFinished) }

    /// Lets `action` happen at a virtual time: a signal, a change of faults, one more client.
    package func after(_ delay: Duration, perform action: @escaping (SimulatedKernel) -> Void) {
        events.schedule(at: now.advanced(by: delay).nanoseconds, action)
    }

    func record(_ event: TraceEvent, ring: RingState? = nil, _ first: UInt64 = 0, _ second: Int = 0) {
        trace.record(event, time: now.nanoseconds, ring: ring?.number ?? -1, first, second)
    }

    func violate(_ kind: Violation.Kind, _ detail: @autoclosure () -> String) {
        let violation = Violation(kind: kind, nanoseconds: now.nanoseconds, detail: detail())
        record(.violation)
        violations.append(violation)
        if trapsOnViolation { fatalError(report(of: violation.description)) }
    }

    /// A reason with what is needed to see it again.
    func report(of reason: String) -> String {
        "\(reason)\nseed \(seed)\n" + traceLines().joined(separator: "\n")
    }

    func chance(_ probability: Double) -> Bool { generator.chance(probability) }
}
