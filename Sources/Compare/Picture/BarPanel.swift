internal import Charts
internal import LoadGenerator

/// One workload's bars, the longest first where more is better, the shortest where less is.
struct BarPanel {
    let workload: Workload
    let rows: [Row]

    static let width = 380.0
    private let labelWidth = 128.0
    private let valueWidth = 56.0
    private let barHeight = 11.0
    private let pitch = 16.0

    private typealias Bar = (row: Row, spread: Spread)

    private var bars: [Bar] {
        let bars = rows.compactMap { row in row.spread(of: workload.figure).map { (row: row, spread: $0) } }
        let ascending = bars.sorted { $0.spread.median < $1.spread.median }
        return lessIsBetter ? ascending : ascending.reversed()
    }

    private var missing: [Row] { rows.filter { $0.spread(of: workload.figure) == nil } }
    private var lessIsBetter: Bool { workload.figure == .helloBeside }
    private var scale: Double { lessIsBetter ? 1e3 : 1 }
    private var unit: String { lessIsBetter ? "p99 of /hello beside it, ms" : "requests/s" }

    /// What is named under the bars, for it has none.
    private var missingLines: [String] {
        let names = missing.map(\.server.name).joined(separator: ", ")
        return names.isEmpty ? [] : wrapped(["not measured: \(names)"], width: Self.width, letter: 5)
    }

    var height: Double { Double(bars.count) * pitch + Double(missingLines.count) * 13 + 6 }

    func draw(on svg: inout SVG, x: Double, y: Double) {
        svg.addText(
            workload.name, x: x, y: y - 10, ["font-size": "12", "font-weight": "bold"],
            aside: "\(unit), \(lessIsBetter ? "less" : "more") is better")
        let longest = bars.map(\.spread.maximum).max() ?? 1
        let axis = LinearAxis(
            domain: 0...max(longest, 1e-12), ends: (x + labelWidth, x + Self.width - valueWidth))
        for (index, bar) in bars.enumerated() {
            draw(bar, on: &svg, axis: axis, x: x, y: y + Double(index) * pitch)
        }
        for (index, line) in missingLines.enumerated() {
            svg.addText(
                line, x: x, y: y + Double(bars.count) * pitch + 11 + Double(index) * 13,
                ["font-size": "9", "fill": "#888888"])
        }
    }

    private func draw(_ bar: Bar, on svg: inout SVG, axis: LinearAxis, x: Double, y: Double) {
        let server = bar.row.server
        let kind = BarKind(server)
        let end = axis.position(bar.spread.median)
        let weight = server.isOwn ? "bold" : "normal"
        svg.addText(
            server.name, x: x + labelWidth - 6, y: y + barHeight - 2,
            ["text-anchor": "end", "font-size": "10", "font-weight": weight])
        svg.add(
            "rect",
            [
                "x": number(axis.ends.0), "y": number(y), "width": number(max(end - axis.ends.0, 0.5)),
                "height": number(barHeight), "fill": kind.fill, "stroke": kind.stroke,
                "fill-opacity": isWhole(bar.row) ? "1" : "0.35",
            ])
        if bar.spread.values.count > 1 {
            let middle = number(y + barHeight / 2)
            svg.add(
                "line",
                [
                    "x1": number(axis.position(bar.spread.minimum)), "y1": middle,
                    "x2": number(axis.position(bar.spread.maximum)), "y2": middle, "stroke": "#222222",
                ])
        }
        svg.addText(
            tickText(rounded(bar.spread.median * scale)), x: axis.position(bar.spread.maximum) + 5,
            y: y + barHeight - 2, ["font-size": "10", "font-weight": weight])
    }

    /// Whether the bar stands for all that was asked. Of those of `/hello` beside something else, whether that was not
    /// refused for the most part.
    private func isWhole(_ row: Row) -> Bool {
        row.isRanked && row.sum(\.refused) * 2 <= row.sum(\.ended)
            && row.measured.values.allSatisfy { $0.cutAfter == nil || workload.isBesideHello }
    }

    /// To three digits.
    private func rounded(_ value: Double) -> Double {
        guard value > 0 else { return 0 }
        var unit = 1.0
        while value / unit >= 1000 { unit *= 10 }
        while value / unit < 100, unit > 1e-3 { unit /= 10 }
        return (value / unit).rounded() * unit
    }
}
