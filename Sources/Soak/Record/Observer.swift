internal import LoadGenerator

/// Looks at the server from outside, and asks it for its own counters.
struct Observer {
    let process: ProcessFigures
    let control: ControlClient

    init(pid: Int32, endpoint: Endpoint) {
        process = ProcessFigures(pid: pid)
        control = ControlClient(endpoint: endpoint, timeout: .seconds(5))
    }

    /// One look; nil when the process is gone.
    func look(at seconds: Double, latencies: Latencies) -> Sample? {
        guard let resident = process.residentMemory, let peak = process.peakMemory,
            let descriptors = process.descriptorCount, let names = process.threadNames
        else { return nil }
        let page = (try? control.get("/metrics")).map { Metrics.parse(String(decoding: $0, as: UTF8.self)) }
        return Sample(
            seconds: seconds, residentBytes: resident, peakBytes: peak,
            tcpBytes: SocketMemory.tcpBytes ?? 0, descriptors: descriptors, threads: names.count,
            reactors: names.count { $0.hasPrefix("sluice-") },
            kernelWorkers: names.count { $0.hasPrefix("iou-wrk") },
            counters: page.flatMap { Sample.Counters(page: $0) }, latency: Sample.Latency(latencies))
    }
}

extension Sample.Latency {
    /// Nil when there was no request.
    init?(_ latencies: Latencies) {
        guard let p50 = latencies.percentile(50), let p99 = latencies.percentile(99),
            let longest = latencies.longest
        else { return nil }
        self.init(p50: p50, p99: p99, longest: longest)
    }
}
