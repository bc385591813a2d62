internal import Charts

/// Every look at the server as a table; those after the clients had gone are marked so.
struct SoakTable {
    let heading: [String]
    let record: SoakRecord

    private static let columns: [(name: String, value: @Sendable (Sample) -> Double?)] = [
        ("seconds", { $0.seconds }), ("resident_bytes", { Double($0.residentBytes) }),
        ("peak_bytes", { Double($0.peakBytes) }), ("tcp_bytes", { Double($0.tcpBytes) }),
        ("descriptors", { Double($0.descriptors) }), ("threads", { Double($0.threads) }),
        ("reactors", { Double($0.reactors) }),
        ("kernel_workers", { Double($0.kernelWorkers) }),
        ("connections_open", { ($0.counters?.connectionsOpen).map(Double.init) }),
        ("bodies_in_flight", { ($0.counters?.bodiesInFlight).map(Double.init) }),
        ("head_buffers_free", { ($0.counters?.headBuffersFree).map(Double.init) }),
        ("windows_free", { ($0.counters?.windowsFree).map(Double.init) }),
        ("leased_bytes", { ($0.counters?.leasedBytes).map(Double.init) }),
        ("responses_2xx", { ($0.counters?.responses[0]).map(Double.init) }),
        ("responses_3xx", { ($0.counters?.responses[1]).map(Double.init) }),
        ("responses_4xx", { ($0.counters?.responses[2]).map(Double.init) }),
        ("responses_5xx", { ($0.counters?.responses[3]).map(Double.init) }),
        ("timeouts", { ($0.counters?.timeouts).map(Double.init) }),
        ("latency_p50_seconds", { $0.latency?.p50 }), ("latency_p99_seconds", { $0.latency?.p99 }),
        ("latency_max_seconds", { $0.latency?.longest }),
    ]

    func csv() -> String {
        var table = CSVTable(heading: heading, columns: ["clients"] + Self.columns.map(\.name))
        for (word, samples) in [("there", record.samples), ("gone", record.afterwards)] {
            for sample in samples {
                table.add([word] + Self.columns.map { column in column.value(sample).map(Self.text) ?? "" })
            }
        }
        return table.text
    }

    /// Whole numbers without a point.
    private static func text(_ value: Double) -> String {
        Int(exactly: value).map { "\($0)" } ?? "\(value)"
    }
}
