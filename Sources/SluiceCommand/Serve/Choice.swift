internal import CPlatform
internal import Reduction
internal import Sizes
internal import Sluice

/// Something that was chosen for this machine, and why: `sluice serve --explain`.
struct Choice: CustomStringConvertible {
    /// As its flag or its metadata in the log is called.
    var setting: String
    var value: String
    var reason: String

    var description: String { "\(setting.padding(to: 15)) \(value.padding(to: 10)) \(reason)" }

    static func all(
        _ limits: Limits, _ tuning: TuningOptions, _ connections: ConnectionOptions, threads: Int,
        isUnix: Bool
    ) -> [Choice] {
        let all = onTCP(limits, tuning, connections, threads: threads)
        guard isUnix else { return all }
        return all.map { tuning.onTCPAlone[$0.setting] == nil ? $0 : $0.unused }
    }

    private var unused: Choice {
        Choice(setting: setting, value: "unused", reason: "it does nothing on a Unix socket")
    }

    private static func onTCP(
        _ limits: Limits, _ tuning: TuningOptions, _ connections: ConnectionOptions, threads: Int
    ) -> [Choice] {
        [
            Choice(
                setting: "threads", value: "\(threads)",
                reason: connections.threads == nil ? "one for each CPU this process may run on" : asked),
            Choice(
                setting: "compute-threads", value: "\(limits.computeThreads ?? Int(sluice_available_cpus()))",
                reason: limits.computeThreads == nil
                    ? "one for each CPU: they work only on what cannot be reduced while it comes" : asked),
            windowSize(limits),
            windows(limits),
            lowWaterMark(limits),
            receiveBuffer(limits, tuning),
            Choice(
                setting: "socket-memory", value: size(limits.socketMemoryBytes(reactors: threads)),
                reason: tuning.socketMemory == nil
                    ? """
                    in equal parts for the receive buffers of each thread's bodies, the fast first, beside 128KiB for each \
                    connection; 16MiB for each thread where that is more
                    """ : asked),
            turnTime(limits),
            hugePages,
            Choice(
                setting: "pin", value: limits.pinsReactors ? "on" : "off",
                reason: limits.pinsReactors
                    ? "asked for: reactor i stays on the i-th CPU"
                    : "Linux moves reactors away from busy CPUs; --pin where the CPUs are the server's alone"),
            followClients(limits, tuning, threads: threads),
            Choice(
                setting: "busy-wait",
                value: limits.busyTime > .zero ? "on" : "off",
                reason: limits.busyTime > .zero
                    ? """
                    up to \(Int(limits.busyTime / .microseconds(1)))us after a lone answer, where clients are back the sooner \
                    for it
                    """ : asked),
            Choice(
                setting: "cpu-path", value: "\(VectorPath.selected)",
                reason: "the widest vectors of this CPU that the kernels have loops for"),
            Choice(
                setting: "max-connections", value: "\(limits.maxConnections)",
                reason: connections.maxConnections == nil
                    ? "within the limit of \(DescriptorLimit.current.hard) open descriptors" : asked),
        ]
    }

    private static let asked = "asked for"

    private static func size(_ bytes: Int) -> String { "\(ByteSize(bytes: bytes))" }

    private static func windowSize(_ limits: Limits) -> Choice {
        let isAsked = limits.windowBytes != Limits().windowBytes
        return Choice(
            setting: "window-size", value: size(limits.windowBytes),
            reason: isAsked
                ? asked : "few large pieces, reduced while they are in the level-2 cache or have just left it"
        )
    }

    private static func lowWaterMark(_ limits: Limits) -> Choice {
        guard limits.lowWaterMark == nil else {
            return Choice(setting: "low-water-mark", value: size(limits.largestLowWaterMark), reason: asked)
        }
        var here = limits
        here.level2CacheBytes = Caches.level2Bytes
        let alone = here.largestLowWaterMark
        let why =
            alone == limits.largestLowWaterMark
            ? "fewer waits" : "what waits stays in a level-2 cache of \(size(here.level2CacheBytes))"
        return Choice(
            setting: "low-water-mark", value: size(limits.windowBytes),
            reason: """
                a window; for a reactor's only body up to two, for the server's up to \(size(alone)): \(why); or the \
                receive buffer if that is smaller
                """)
    }

    private static func windows(_ limits: Limits) -> Choice {
        Choice(
            setting: "windows", value: "\(limits.windowsPerReactor)",
            reason: "for each reactor: they are used in turn, and more than fit the cache would empty it")
    }

    private static func receiveBuffer(_ limits: Limits, _ tuning: TuningOptions) -> Choice {
        var choice = Choice(setting: "receive-buffer", value: "auto", reason: "asked for: Linux chooses")
        guard let bytes = limits.receiveBufferBytes else { return choice }
        choice.value = size(bytes)
        let near = "for clients within 0.5 ms that are not alone: what is on its way stays in cache"
        choice.reason = tuning.receiveBuffer == nil ? near : "\(asked), \(near)"
        // Linux takes less without a word.
        if let most = SystemFile.integer("/proc/sys/net/core/rmem_max"), most < bytes {
            choice.value = size(most)
            choice.reason = "net.core.rmem_max allows no more than that of \(size(bytes))"
        }
        return choice
    }

    private static func turnTime(_ limits: Limits) -> Choice {
        let isAsked = limits.turnTime != Limits().turnTime
        let reason = "of fast bodies in line: longer is less CPU for each, shorter less time at worst"
        return Choice(
            setting: "turn-time", value: "\(TimeSpan(limits.turnTime))",
            reason: isAsked ? "\(asked), \(reason)" : reason)
    }

    private static func followClients(_ limits: Limits, _ tuning: TuningOptions, threads: Int) -> Choice {
        let isOn = limits.followsClients(reactors: threads, cpus: Int(sluice_available_cpus()))
        let reason =
            if tuning.followClients == false {
                asked
            } else if isOn {
                (tuning.followClients == true ? asked + ", " : "")
                    + "while all reactors have fast bodies in line whose clients are on a CPU each"
            } else if limits.pinsReactors {
                "--pin keeps reactors where they are"
            } else {
                "it takes a reactor for each CPU, and two at least"
            }
        return Choice(setting: "follow-clients", value: isOn ? "on" : "off", reason: reason)
    }

    private static var hugePages: Choice {
        let text = SystemFile.line("/sys/kernel/mm/transparent_hugepage/enabled") ?? "never"
        return text.contains("[never]") || text == "never"
            ? Choice(setting: "huge-pages", value: "off", reason: "this Linux gives none: `sluice doctor`")
            : Choice(
                setting: "huge-pages", value: "on",
                reason: """
                    windows and head buffers, and slots where bodies are landed, are 2MiB-aligned and touched at start
                    """)
    }
}

extension String {
    func padding(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
