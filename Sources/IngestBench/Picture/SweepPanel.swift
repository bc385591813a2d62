internal import Charts
internal import LoadGenerator

/// One small picture: a figure against body size at one number of connections.
struct SweepPanel {
    let chart: SweepChart
    /// Those with its number of connections.
    let rows: [SweepRow]
    /// All sizes of the sweep, ascending: a line is not drawn across one that has no value.
    let sizes: [Int]
    let x: LogAxis
    let y: LogAxis

    private var width: Double { x.ends.1 - x.ends.0 }

    func draw(on svg: inout SVG, sizeTicks: [Double]) {
        svg.add(
            "rect",
            [
                "x": number(x.ends.0), "y": number(y.ends.1), "width": number(width),
                "height": number(y.ends.0 - y.ends.1), "fill": "#f7f7f7",
            ])
        for tick in sizeTicks { line(on: &svg, (tick, y.domain.lowerBound), (tick, y.domain.upperBound)) }
        for tick in chart.ticks(of: y) {
            let isSink = chart.figure.isOverSink && tick == 1
            line(
                on: &svg, (x.domain.lowerBound, tick), (x.domain.upperBound, tick),
                color: isSink ? SweepSeries.sink.color : "#dddddd")
        }
        // Sluice last: on top of the others.
        for series in SweepSeries.allCases.reversed() where !(chart.figure.isOverSink && series == .sink) {
            for points in segments(of: series) { draw(points, of: series, on: &svg) }
        }
    }

    private typealias Point = (size: Int, spread: Spread)

    /// Runs of neighbouring sizes that have a value.
    private func segments(of series: SweepSeries) -> [[Point]] {
        let spreads = sizes.map { size in
            rows.first { $0.series == series && $0.cell.bodySize == size }?.spread(of: chart.figure)
        }
        return zip(sizes, spreads).split { $0.1 == nil }.map { $0.map { ($0.0, $0.1!) } }
    }

    private func draw(_ points: [Point], of series: SweepSeries, on svg: inout SVG) {
        let upper = points.map { place($0.size, $0.spread.maximum) }
        let lower = points.reversed().map { place($0.size, $0.spread.minimum) }
        svg.add(
            "polygon",
            [
                "points": (upper + lower).joined(separator: " "), "fill": series.color,
                "fill-opacity": "0.15",
            ])
        svg.add(
            "polyline",
            [
                "points": points.map { place($0.size, $0.spread.median) }.joined(separator: " "),
                "fill": "none",
                "stroke": series.color, "stroke-width": number(series.lineWidth),
                "stroke-dasharray": series.dashes, "stroke-linejoin": "round",
            ])
        for point in points {
            svg.add(
                "circle",
                [
                    "cx": number(x.position(Double(point.size))),
                    "cy": number(y.position(point.spread.median)),
                    "r": number(series.markerRadius), "fill": series.color,
                ])
        }
    }

    private func place(_ size: Int, _ value: Double) -> String {
        number(x.position(Double(size))) + "," + number(y.position(value))
    }

    private func line(
        on svg: inout SVG, _ start: (Double, Double), _ end: (Double, Double), color: String = "#dddddd"
    ) {
        svg.add(
            "line",
            [
                "x1": number(x.position(start.0)), "y1": number(y.position(start.1)),
                "x2": number(x.position(end.0)), "y2": number(y.position(end.1)), "stroke": color,
            ])
    }
}
