internal import CPlatform
internal import Glibc
internal import Reduction
internal import Sizes
internal import Sluice
internal import Uring

/// One thing looked at.
struct Finding {
    enum Verdict {
        case good
        /// It runs, but slower or with less.
        case short
        case fails

        var mark: String {
            switch self {
            case .good: "ok  "
            case .short: "warn"
            case .fails: "FAIL"
            }
        }
    }

    var subject: String
    var verdict = Verdict.good
    var detail: String
    var cure: String?
}

/// Looks at everything the server depends on.
enum Examination {
    static func run() -> [Finding] {
        [linux] + ring + [lockedMemory, descriptors, hugePages, receiveBuffer, cpu]
    }

    private static var linux: Finding {
        var name = utsname()
        unsafe uname(&name)
        let release = unsafe withUnsafePointer(to: &name.release) {
            unsafe $0.withMemoryRebound(to: CChar.self, capacity: 65) { unsafe String(cString: $0) }
        }
        return Finding(subject: "linux", detail: release)
    }

    // MARK: io_uring

    /// What `sluice serve` cannot do without.
    static var ring: [Finding] {
        let probe: Probe
        do {
            probe = try Probe.run()
        } catch {
            let trouble = RingTrouble(error)
            return [
                Finding(subject: "io_uring", verdict: .fails, detail: trouble.cause, cure: trouble.cure)
            ]
        }
        var findings = [Finding(subject: "io_uring", detail: "allowed")]
        findings.append(
            probe.refusedFlags.isEmpty
                ? Finding(subject: "ring flags", detail: "all accepted")
                : Finding(
                    subject: "ring flags", verdict: .short,
                    detail: "refused: \(probe.refusedFlags.joined(separator: " ")) (slower)",
                    cure: "run Linux 6.1 or newer"))
        findings.append(
            probe.missingOpcodes.isEmpty
                ? Finding(
                    subject: "opcodes", detail: Opcode.allCases.map(\.rawValue).joined(separator: " "))
                : Finding(
                    subject: "opcodes", verdict: .fails,
                    detail: "missing: \(probe.missingOpcodes.map(\.rawValue).joined(separator: " "))",
                    cure: "run Linux 6.0 or newer"))
        findings.append(
            probe.buffersAreProvided
                ? Finding(subject: "buffer rings", detail: "a receive took its buffer from one")
                : Finding(
                    subject: "buffer rings", verdict: .fails, detail: "cannot be registered",
                    cure: "run Linux 6.0 or newer"))
        // Where something is missing, the ring was not brought so far.
        guard probe.suffices else { return findings }
        findings.append(
            probe.isRestricted
                ? Finding(subject: "restrictions", detail: "a ring takes these operations and no other")
                : Finding(
                    subject: "restrictions", verdict: .short,
                    detail: "refused: a ring takes any operation (less hardened)",
                    cure: "run Linux 5.10 or newer"))
        return findings
    }

    // MARK: Limits

    private static var lockedMemory: Finding {
        var limit = rlimit()
        _ = unsafe getrlimit(__rlimit_resource_t(__RLIMIT_MEMLOCK.rawValue), &limit)
        let isUnlimited = limit.rlim_cur == rlim_t.max
        let detail = isUnlimited ? "unlimited" : "\(ByteSize(bytes: Int(clamping: limit.rlim_cur)))"
        // Sluice registers no memory, and Linux counted none of a ring's from 5.12 to 6.13.
        return Finding(subject: "memlock", detail: "\(detail) (for rings, from Linux 6.14 on; nothing else)")
    }

    private static var descriptors: Finding {
        let (soft, hard) = DescriptorLimit.current
        let threads = Int(sluice_available_cpus())
        let connections = min(
            Limits().maxConnections, DescriptorLimit.connections(within: hard, threads: threads))
        let detail = "\(soft), raised to \(hard) at start: \(connections) connections"
        guard connections < Limits().maxConnections else {
            return Finding(subject: "descriptors", detail: detail)
        }
        return Finding(
            subject: "descriptors", verdict: .short, detail: detail,
            cure: "ulimit -Hn \(Limits().maxConnections + 1000)")
    }

    private static var hugePages: Finding {
        let path = "/sys/kernel/mm/transparent_hugepage/enabled"
        guard let text = SystemFile.line(path) else {
            return Finding(
                subject: "huge pages", verdict: .short, detail: "this Linux has none (slower start)")
        }
        guard text.contains("[never]") else { return Finding(subject: "huge pages", detail: text) }
        return Finding(
            subject: "huge pages", verdict: .short, detail: "\(text) (more TLB misses)",
            cure: "echo madvise > \(path)")
    }

    private static var receiveBuffer: Finding {
        let path = "/proc/sys/net/ipv4/tcp_rmem"
        var limits = Limits()
        limits.level2CacheBytes = Caches.level2Bytes
        let mark = limits.largestLowWaterMark
        let words = SystemFile.line(path)?.split(whereSeparator: \.isWhitespace)
        guard let largest = words?.last.flatMap({ Int($0) })
        else { return Finding(subject: "tcp_rmem", verdict: .short, detail: "cannot read \(path)") }
        // Linux clamps the low-water mark to half of it.
        guard largest / 2 < mark else {
            return Finding(subject: "tcp_rmem", detail: "up to \(largest) bytes a connection")
        }
        return Finding(
            subject: "tcp_rmem", verdict: .short,
            detail: "up to \(largest) bytes: a body is waited for more often than it need be",
            cure: "sysctl -w net.ipv4.tcp_rmem='4096 131072 \(mark * 4)'")
    }

    private static var cpu: Finding {
        Finding(
            subject: "cpu",
            detail: "\(sluice_available_cpus()) usable, kernels on the \(VectorPath.selected) path")
    }
}
