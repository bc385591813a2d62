internal import ArgumentParser
internal import CPlatform
internal import Sizes
internal import Sluice

/// How the bytes of bodies are taken from Linux. The defaults are measured; `--explain` says why they are what they
/// are on this machine.
struct TuningOptions: ParsableArguments {
    @Option(help: "The size of a window, into which a reactor receives and from which it reduces.")
    var windowSize = ByteSize(bytes: Limits().windowBytes)

    @Option(
        help: """
            How much of a body must have arrived before it is received, a window at most (default: a window; up to \
            three for a reactor's only body, a quarter at its ends, and none for one that is no longer than two).
            """)
    var lowWaterMark: ByteSize?

    @Option(help: "SO_RCVBUF for the bodies of near clients (default: 2MiB), or auto: Linux chooses.")
    var receiveBuffer: ReceiveBuffer?

    @Option(
        help: """
            What the receive buffers of bodies may hold together, beside 128KiB for each connection; each thread has an equal \
            part of it (default: 192MiB, or 16MiB for each thread where that is more).
            """)
    var socketMemory: ByteSize?

    @Option(
        help: """
            How long a client that sends one large body after the other goes on before those in line; 0s: one body.
            """)
    var turnTime = TimeSpan(Limits().turnTime)

    @Flag(help: "Keep each reactor on a CPU of its own.")
    var pin = false

    @Flag(
        inversion: .prefixedNo,
        help: "Move reactors to the CPUs on which the bytes of near clients come in: see --explain.")
    var followClients: Bool?

    @Flag(
        inversion: .prefixedNo,
        help: "Look for the next request for a moment before sleeping, where that pays: see --explain.")
    var busyWait = true

    /// What does nothing on a Unix socket, and for each whether it was asked for. There SO_RCVLOWAT is not
    /// heeded, and what is not received yet waits in the sender's buffer.
    var onTCPAlone: [String: Bool] {
        [
            "low-water-mark": lowWaterMark != nil, "receive-buffer": receiveBuffer != nil,
            "socket-memory": socketMemory != nil,
            "turn-time": turnTime.duration != Limits().turnTime, "follow-clients": followClients == true,
        ]
    }

    /// - Throws: if something was asked for that would do nothing.
    func checkSuitsUnix() throws {
        let asked = onTCPAlone.filter { $0.value }.keys.sorted()
        guard !asked.isEmpty else { return }
        let options = asked.map { "--\($0)" }.joined(separator: " and ")
        throw ValidationError("\(options) would do nothing on a Unix socket")
    }

    /// - Throws: as ``checkSuitsUnix()``.
    func checkFollows(reactors: Int, cpus: Int = Int(sluice_available_cpus())) throws {
        guard followClients == true else { return }
        if pin { throw ValidationError("--follow-clients would do nothing beside --pin") }
        guard !Limits().followsClients(reactors: reactors, cpus: cpus) else { return }
        throw ValidationError(
            """
            --follow-clients would do nothing with \(reactors) reactors on \(cpus == 1 ? "one CPU" : "\(cpus) CPUs"): it takes \
            one for each (--threads), and two at least
            """)
    }

    func set(_ limits: inout Limits) {
        limits.windowBytes = windowSize.bytes
        limits.lowWaterMark = lowWaterMark?.bytes
        if let receiveBuffer { limits.receiveBufferBytes = receiveBuffer.bytes }
        limits.socketMemoryBytes = socketMemory?.bytes
        limits.turnTime = turnTime.duration
        limits.pinsReactors = pin
        limits.followsClients = followClients ?? true
        if !busyWait { limits.busyTime = .zero }
    }
}

/// `--receive-buffer`.
enum ReceiveBuffer: ExpressibleByArgument {
    case auto
    case bytes(Int)

    init?(argument: String) {
        if argument == "auto" {
            self = .auto
        } else if let size = ByteSize(argument: argument), size.bytes > 0 {
            self = .bytes(size.bytes)
        } else {
            return nil
        }
    }

    var bytes: Int? { if case .bytes(let bytes) = self { bytes } else { nil } }
}
