internal import LoadGenerator

/// What is measured of a server: each figure with its unit and its source.
enum Figure: String, CaseIterable, Codable {
    case requestsPerSecond = "requests_per_second"
    case gigabytesPerSecond = "gigabytes_per_second"
    case latencyP50 = "latency_p50_seconds"
    case latencyP90 = "latency_p90_seconds"
    case latencyP99 = "latency_p99_seconds"
    case latencyMax = "latency_max_seconds"
    case cpuPerGigabyte = "server_cpu_seconds_per_gigabyte"
    case cpuPerRequest = "server_cpu_seconds_per_request"
    case bodyCompletions = "body_receive_completions_per_body"
    case completions = "completions_per_body"
    case systemCalls = "system_calls_per_body"
    case bytesMoved = "user_space_bytes_moved_per_body"
    case pageFaults = "page_faults_per_request"
    case peakMemory = "peak_memory_bytes"

    /// Where a figure's numbers come from.
    enum Source: String, CaseIterable, Codable {
        case client, cpuClock = "cpu clock", counters, proc = "/proc", interposer

        /// In a sentence.
        var explanation: String {
            switch self {
            case .client:
                "this program: its clock, its count of right answers, an HdrHistogram of its waiting"
            case .cpuClock: "Linux's CPU clock of the server's processes, all threads, living and ended"
            case .counters: "the server's own counters on /metrics, the two readings themselves included"
            case .proc:
                "/proc/PID/stat (minflt + majflt), /proc/PID/status (VmHWM, over the process's whole life)"
            case .interposer:
                "memcpy and its kin counted in a second, preloaded server, in a round that is not timed: "
                    + "bytes after 120 requests less those after 20, over 100, less the same for 4-byte bodies"
            }
        }
    }

    var source: Source {
        switch self {
        case .requestsPerSecond, .gigabytesPerSecond, .latencyP50, .latencyP90, .latencyP99, .latencyMax:
            .client
        case .cpuPerGigabyte, .cpuPerRequest: .cpuClock
        case .bodyCompletions, .completions, .systemCalls: .counters
        case .bytesMoved: .interposer
        case .pageFaults, .peakMemory: .proc
        }
    }

    /// What people read.
    var title: String {
        switch self {
        case .requestsPerSecond: "requests/s"
        case .gigabytesPerSecond: "GB/s"
        case .latencyP50: "latency p50, ms"
        case .latencyP90: "latency p90, ms"
        case .latencyP99: "latency p99, ms"
        case .latencyMax: "latency max, ms"
        case .cpuPerGigabyte: "server CPU, s/GB"
        case .cpuPerRequest: "server CPU, µs/request"
        case .bodyCompletions: "body completions/body"
        case .completions: "completions/body"
        case .systemCalls: "system calls/body"
        case .bytesMoved: "user bytes moved/body"
        case .pageFaults: "page faults/request"
        case .peakMemory: "peak memory, MB"
        }
    }

    /// What a value is multiplied by to be printed under its title.
    var scale: Double {
        switch self {
        case .latencyP50, .latencyP90, .latencyP99, .latencyMax: 1e3
        case .cpuPerRequest: 1e6
        case .peakMemory: 1e-6
        default: 1
        }
    }

    /// Whether the server's value over a limit's says something.
    var hasRatios: Bool {
        switch self {
        case .requestsPerSecond, .gigabytesPerSecond, .latencyP50, .latencyP90, .latencyP99, .latencyMax,
            .cpuPerGigabyte, .cpuPerRequest:
            true
        default: false
        }
    }
}
