internal import Charts
internal import Sizes

/// The results of a sweep as a picture: a column of panels for each number of connections, a row for each
/// figure. Whatever is drawn stands in the table too.
struct SweepPicture {
    let rows: [SweepRow]
    let caption: [String]

    private let panelWidth = 200.0
    private let left = 62.0
    private let right = 24.0
    private let gap = 16.0
    private let titleRoom = 30.0
    private let lineHeight = 15.0
    private let legendLine = 18.0
    private let legendColumn = 380.0

    private var connections: [Int] { Set(rows.map(\.cell.connections)).sorted() }
    private var sizes: [Int] { Set(rows.map(\.cell.bodySize)).sorted() }

    /// Room for the caption at least, however few panels there are.
    private var width: Double {
        let columns = Double(connections.count)
        return max(left + columns * panelWidth + (columns - 1) * gap + right, 500)
    }

    func svg() -> String {
        let charts = SweepChart.allCases.filter { $0.axis(for: rows, bottom: 1, top: 0) != nil }
        let notes = wrapped(caption + [reading] + missing, width: width - left - right)
        let legendTop = 56.0
        let top = legendTop + Double(legendRows.count) * legendLine + 16
        let bottom = top + charts.reduce(0) { $0 + titleRoom + $1.height }
        let height = bottom + 56 + Double(notes.count) * lineHeight
        var svg = SVG(width: width, height: height)
        svg.add("rect", ["width": number(width), "height": number(height), "fill": "#ffffff"])
        svg.addText(
            "Sluice beside two plain servers that do less", x: left, y: 30,
            ["font-size": "17", "font-weight": "bold", "fill": "#111111"])
        drawLegend(on: &svg, top: legendTop)
        var chartTop = top
        for chart in charts {
            chartTop += titleRoom
            draw(chart, on: &svg, top: chartTop, isFirst: chart == charts.first, isLast: chart == charts.last)
            chartTop += chart.height
        }
        for (index, line) in notes.enumerated() {
            svg.addText(
                line, x: left, y: bottom + 60 + Double(index) * lineHeight,
                ["font-size": "10", "fill": "#666666"])
        }
        return svg.document(
            title: "Sluice beside two plain servers that do less: throughput and CPU over body size")
    }

    private var reading: String {
        "Points are medians, the shades reach from the least round to the greatest. Ratios are taken round for round. "
            + "All axes are logarithmic."
    }

    /// Points that are not there because something went wrong; what was skipped the table tells.
    private var missing: [String] {
        let unsound = rows.count { !$0.isSound }
        let skipped = rows.count { $0.status == "skipped" }
        return
            (unsound == 0
            ? [] : ["\(unsound) of \(rows.count) measurements are missing: WRONG ANSWERS OR ERRORS."])
            + (skipped == 0
                ? []
                : [
                    "\(skipped) of \(rows.count) measurements were skipped: too large for this machine, or for the time of a cell."
                ])
    }

    private var legendRows: [[SweepSeries]] {
        width < left + 2 * legendColumn
            ? SweepSeries.allCases.map { [$0] } : [[.streamed, .sink], [.landed, .discard]]
    }

    private func drawLegend(on svg: inout SVG, top: Double) {
        for (row, series) in legendRows.enumerated() {
            for (column, series) in series.enumerated() {
                let x = left + Double(column) * legendColumn
                let y = top + Double(row) * legendLine
                svg.add(
                    "line",
                    [
                        "x1": number(x), "y1": number(y - 4), "x2": number(x + 28), "y2": number(y - 4),
                        "stroke": series.color, "stroke-width": number(series.lineWidth),
                        "stroke-dasharray": series.dashes,
                    ])
                svg.add(
                    "circle",
                    [
                        "cx": number(x + 14), "cy": number(y - 4), "r": number(series.markerRadius),
                        "fill": series.color,
                    ])
                svg.addText(series.explanation, x: x + 36, y: y)
            }
        }
    }

    private func draw(_ chart: SweepChart, on svg: inout SVG, top: Double, isFirst: Bool, isLast: Bool) {
        let bottom = top + chart.height
        guard let y = chart.axis(for: rows, bottom: bottom, top: top),
            let domain = LogAxis.domain(of: sizes.map { Double($0) })
        else { return }
        svg.addText(chart.title, x: left, y: top - 8, ["font-weight": "bold"], aside: chart.hint)
        for tick in chart.ticks(of: y) {
            svg.addText(
                tickText(tick), x: left - 6, y: y.position(tick) + 4,
                ["text-anchor": "end", "font-size": "10"])
        }
        for (column, count) in connections.enumerated() {
            let start = left + Double(column) * (panelWidth + gap)
            let x = LogAxis(domain: domain, ends: (start, start + panelWidth))
            let sizeTicks = x.ticks(atMost: 4)
            SweepPanel(
                chart: chart, rows: rows.filter { $0.cell.connections == count }, sizes: sizes, x: x, y: y
            ).draw(on: &svg, sizeTicks: sizeTicks)
            let center: KeyValuePairs = ["text-anchor": "middle", "font-size": "10"]
            if isFirst {
                svg.addText(
                    "\(grouped(count)) connection\(count == 1 ? "" : "s")", x: start + panelWidth / 2,
                    y: top - titleRoom + 4,
                    ["text-anchor": "middle", "font-size": "12", "font-weight": "bold"])
            }
            guard isLast else { continue }
            for tick in sizeTicks {
                svg.addText(bytesTick(tick), x: x.position(tick), y: bottom + 15, center)
            }
            svg.addText("body size", x: start + panelWidth / 2, y: bottom + 30, center)
        }
    }
}

/// `10 B`, `1 KB`
private func bytesTick(_ bytes: Double) -> String {
    let text = ByteSize(bytes: Int(bytes.rounded())).description
    let digits = text.prefix { $0.isNumber }
    return digits + " " + text.dropFirst(digits.count)
}
