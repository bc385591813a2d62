internal import CPlatform
internal import Glibc

/// What Linux counts of a process, read from outside. Each is nil when the process is gone or not ours to see.
public struct ProcessFigures: Sendable {
    private let pid: Int32

    /// Figures of a process.
    public init(pid: Int32) {
        self.pid = pid
    }

    /// This process's id.
    public static var ownPID: Int32 { getpid() }

    /// How many cores this machine has for the calling thread: those that a cpuset or `taskset` leaves it.
    public static var cores: Int { Int(sluice_available_cpus()) }

    /// The processor time of all its threads, those that have ended included, in nanoseconds: its CPU clock,
    /// which is exact where the times in `/proc/PID/stat` come in ticks of 10 ms.
    public var cpuNanoseconds: UInt64? {
        var clock = clockid_t()
        var time = timespec()
        guard unsafe clock_getcpuclockid(pid, &clock) == 0, unsafe clock_gettime(clock, &time) == 0 else {
            return nil
        }
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    /// Its page faults so far, minor and major.
    public var pageFaults: Int? {
        let fields = statistics
        // minflt, cminflt, majflt.
        guard fields.count > 10, let minor = Int(fields[8]), let major = Int(fields[10]) else { return nil }
        return minor + major
    }

    /// The processor time of children that have ended and that it has waited for, in nanoseconds, to the system's
    /// tick (10 ms).
    public var endedChildrensCPUNanoseconds: UInt64? {
        let fields = statistics
        // cutime, cstime.
        guard fields.count > 15, let user = UInt64(fields[14]), let system = UInt64(fields[15]) else {
            return nil
        }
        return (user + system) * 1_000_000_000 / UInt64(max(1, sysconf(Int32(_SC_CLK_TCK))))
    }

    /// Who started it.
    public var parent: Int32? {
        let fields = statistics
        return fields.count > 2 ? Int32(fields[2]) : nil
    }

    /// `/proc/PID/stat` behind the name, which may hold spaces and parentheses: the state is field 1, what proc(5)
    /// counts as the Nth field is field N - 2.
    private var statistics: [Substring] {
        let text = String(decoding: readFile("/proc/\(pid)/stat") ?? [], as: UTF8.self)
        return text.lastIndex(of: ")").map { text[$0...].split(separator: " ") } ?? []
    }

    /// The most memory it has had resident, in bytes (`VmHWM`).
    public var peakMemory: Int? {
        status("VmHWM:").map { $0 * 1024 }
    }

    /// The memory it has resident now, in bytes (`VmRSS`).
    public var residentMemory: Int? {
        status("VmRSS:").map { $0 * 1024 }
    }

    /// How many descriptors it has open.
    public var descriptorCount: Int? {
        let count = directory("/proc/\(pid)/fd").count
        return count == 0 ? nil : count
    }

    /// Its threads by their names. Linux's own workers for an io_uring, which are among them, are called
    /// `iou-wrk-…`.
    public var threadNames: [String]? {
        let names = directory("/proc/\(pid)/task").compactMap { thread in
            readFile("/proc/\(pid)/task/\(thread)/comm").map {
                String(decoding: $0.dropLast(), as: UTF8.self)
            }
        }
        return names.isEmpty ? nil : names
    }

    /// How many threads it has.
    public var threadCount: Int? {
        status("Threads:")
    }

    private func status(_ name: String) -> Int? {
        guard let bytes = readFile("/proc/\(pid)/status") else { return nil }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        guard let line = lines.first(where: { $0.hasPrefix(name) }) else { return nil }
        return Int(line.dropFirst(name.count).filter { $0.isNumber })
    }
}
