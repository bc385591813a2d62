// What a soak shows: a panel for each thing the verdict is about.

// Colours that those who see few can tell apart (Okabe and Ito).
private let blue = "#0072b2"
private let orange = "#e69f00"
private let green = "#009e73"
private let red = "#d55e00"

extension SoakRecord {
    /// In the order of reading, two in a row.
    var panels: [SoakPanel] {
        [
            SoakPanel(
                title: "Resident memory, MB", hint: "grey: warm-up",
                lines: [
                    line("now", blue) { Double($0.residentBytes) / 1e6 },
                    line("peak", orange) { Double($0.peakBytes) / 1e6 },
                ], warmUp: duration / 3),
            SoakPanel(
                title: "TCP buffers of the whole machine, MB",
                lines: [line("TCP", orange) { Double($0.tcpBytes) / 1e6 }]),
            SoakPanel(
                title: "Connections",
                lines: [
                    line("open", blue) { ($0.counters?.connectionsOpen).map(Double.init) },
                    line("descriptors", orange) { Double($0.descriptors) },
                    line("bodies in flight", green) { ($0.counters?.bodiesInFlight).map(Double.init) },
                ]),
            SoakPanel(
                title: "Threads",
                lines: [
                    line("all", blue) { Double($0.threads) },
                    line("reactors", green) { Double($0.reactors) },
                    line("Linux's workers", red) { Double($0.kernelWorkers) },
                ]),
            SoakPanel(
                title: "On loan",
                lines: [
                    line("head buffers, of \(baseline.headBuffersFree)", blue) { sample in
                        sample.counters.map { Double(baseline.headBuffersFree - $0.headBuffersFree) }
                    },
                    line("windows, of \(baseline.windowsFree)", orange) { sample in
                        sample.counters.map { Double(baseline.windowsFree - $0.windowsFree) }
                    },
                ]),
            SoakPanel(
                title: "Memory budget on loan, MB",
                lines: [line("leased", blue) { ($0.counters?.leasedBytes).map { Double($0) / 1e6 } }]),
            SoakPanel(
                title: "Responses a second", scale: .logarithmic,
                lines: [responses("2xx", green, 0), responses("4xx", orange, 2), responses("5xx", red, 3)]),
            SoakPanel(
                title: "Healthy client's latency, ms", scale: .logarithmic,
                lines: [
                    line("p50", green) { ($0.latency?.p50).map { 1000 * $0 } },
                    line("p99", orange) { ($0.latency?.p99).map { 1000 * $0 } },
                    line("max", red) { ($0.latency?.longest).map { 1000 * $0 } },
                ]),
        ]
    }

    private func line(_ name: String, _ color: String, _ value: (Sample) -> Double?) -> SoakPanel.Line {
        SoakPanel.Line(
            name: name, color: color,
            points: (samples + afterwards).map { ($0.seconds, value($0)) })
    }

    /// The rate between two looks; none is a gap.
    private func responses(_ name: String, _ color: String, _ place: Int) -> SoakPanel.Line {
        let points = zip(samples, samples.dropFirst()).map { before, after -> (Double, Double?) in
            guard let old = before.counters?.responses[place], let new = after.counters?.responses[place],
                new > old, after.seconds > before.seconds
            else { return (after.seconds, nil) }
            return (after.seconds, Double(new - old) / (after.seconds - before.seconds))
        }
        return SoakPanel.Line(name: name, color: color, points: points)
    }
}
