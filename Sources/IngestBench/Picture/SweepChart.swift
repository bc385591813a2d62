internal import Charts
internal import LoadGenerator

/// A row of the picture: a figure against body size, once for each number of connections.
enum SweepChart: CaseIterable {
    case throughput, throughputOverSink, cpu, cpuOverSink

    var figure: SweepFigure {
        switch self {
        case .throughput: .throughput
        case .throughputOverSink: .throughputOverSink
        case .cpu: .cpu
        case .cpuOverSink: .cpuOverSink
        }
    }

    var title: String {
        switch self {
        case .throughput: "Throughput, GB/s"
        case .throughputOverSink: "Throughput ÷ sink's"
        case .cpu: "Server CPU, seconds per GB"
        case .cpuOverSink: "Server CPU per GB ÷ sink's"
        }
    }

    var hint: String {
        switch self {
        case .throughput, .throughputOverSink: "higher is better"
        case .cpu, .cpuOverSink: "lower is better"
        }
    }

    var height: Double { figure.isOverSink ? 110 : 150 }

    /// What is always in sight: of a ratio, the sink itself and a doubling to either side.
    private var landmarks: [Double] { figure.isOverSink ? [0.5, 1, 2] : [] }

    /// The same for all panels of the row, that they may be compared; nil when there is nothing to show.
    func axis(for rows: [SweepRow], bottom: Double, top: Double) -> LogAxis? {
        let medians = rows.compactMap { $0.spread(of: figure)?.median }
        return LogAxis.domain(of: medians, including: landmarks).map {
            LogAxis(domain: $0, ends: (bottom, top))
        }
    }

    func ticks(of axis: LogAxis) -> [Double] {
        figure.isOverSink ? axis.doublings : axis.ticks(atMost: 6)
    }
}

extension SweepSeries {
    /// Sluice in colours that those who see few can tell apart (Okabe and Ito), the limits in greys.
    var color: String {
        switch self {
        case .streamed: "#0072b2"
        case .landed: "#e69f00"
        case .sink: "#444444"
        case .discard: "#999999"
        }
    }

    var dashes: String { self == .discard ? "5 3" : "none" }
    var lineWidth: Double { self == .streamed ? 2.2 : 1.5 }
    var markerRadius: Double { self == .streamed ? 3 : 2.2 }
}
