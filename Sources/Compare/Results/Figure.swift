/// What is told of a server under a workload.
enum Figure: String, CaseIterable {
    case requestsPerSecond = "requests_per_second"
    case latencyP50 = "latency_p50_seconds"
    case latencyP99 = "latency_p99_seconds"
    case allDone = "all_done_seconds"
    case cpuPerRequest = "server_cpu_seconds_per_request"
    case cpuPerGigabyte = "server_cpu_seconds_per_gigabyte"
    case peakMemory = "peak_memory_bytes"
    case threadsAdded = "threads_added"
    case helloAlone = "hello_alone_p99_seconds"
    case helloBeside = "hello_beside_p99_seconds"
    case helloWorst = "hello_beside_max_seconds"
    case clientCores = "client_cores"

    /// Its value in a cell; nil where there is none.
    func value(_ cell: CellFigures, _ workload: Workload) -> Double? {
        switch self {
        case .requestsPerSecond: cell.requestsPerSecond
        case .latencyP50: cell.latencyP50
        case .latencyP99: cell.latencyP99
        case .allDone: workload.isBurst ? cell.allDoneAfter : nil
        // Of a burst that was cut, much of the time went into what was half done.
        case .cpuPerRequest:
            cell.right > 0 && !(workload.isBurst && cell.cutAfter != nil)
                ? cell.cpuSeconds.map { $0 / Double(cell.right) } : nil
        case .cpuPerGigabyte:
            if let bytes = workload.bodyBytes, cell.right > 0 {
                cell.cpuSeconds.map { $0 / (Double(cell.right * bytes) / 1e9) }
            } else {
                nil
            }
        case .peakMemory: cell.peakMemory.map(Double.init)
        case .threadsAdded: cell.threadsAdded.map(Double.init)
        case .helloAlone: cell.helloAlone
        case .helloBeside: cell.helloBeside
        case .helloWorst: cell.helloWorst
        case .clientCores: cell.clientCores
        }
    }
}
