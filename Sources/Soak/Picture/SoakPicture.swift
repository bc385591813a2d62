internal import Charts

/// A soak as a picture: the verdict, the server over time, and each criterion with its figure.
struct SoakPicture {
    let record: SoakRecord
    /// Nil while the soak goes on.
    let verdict: Verdict?
    let caption: [String]

    private let width = 1000.0
    private let left = 56.0
    private let right = 20.0
    private let gap = 64.0
    private let panelHeight = 112.0
    private let titleRoom = 48.0
    private let lineHeight = 16.0

    private var panelWidth: Double { (width - left - right - gap) / 2 }

    func svg() -> String {
        let panels = record.panels
        let notes = wrapped(caption, width: width - left - right)
        let criteria = (verdict?.criteria ?? []).map { criterion in
            (criterion, wrapped([criterion.figure], width: width - left - right - 130, letter: 6))
        }
        let top = 58 + Double(notes.count) * lineHeight
        let rows = (panels.count + 1) / 2
        let listTop = top + Double(rows) * (titleRoom + panelHeight) + 56
        let lineCount = criteria.reduce(0) { $0 + $1.1.count }
        let height = listTop + Double(lineCount) * (lineHeight + 2) + 20
        var svg = SVG(width: width, height: height)
        svg.add("rect", ["width": number(width), "height": number(height), "fill": "#ffffff"])
        let passes = verdict?.passes ?? false
        svg.add("rect", ["width": number(width), "height": "6", "fill": color(passes)])
        svg.addText(
            title, x: left, y: 40, ["font-size": "19", "font-weight": "bold", "fill": color(passes)])
        for (index, line) in notes.enumerated() {
            svg.addText(
                line, x: left, y: 62 + Double(index) * lineHeight, ["font-size": "10", "fill": "#666666"])
        }
        for (index, panel) in panels.enumerated() {
            panel.draw(on: &svg, place(ofPanel: index, of: panels.count, below: top))
        }
        drawCriteria(criteria, on: &svg, top: listTop)
        return svg.document(title: title)
    }

    private var title: String {
        "Soak of \(Self.time(record.duration)): \(verdict?.headline ?? "UNFINISHED")"
    }

    private func color(_ holds: Bool) -> String { holds ? "#00734f" : "#c0392b" }

    private func place(ofPanel index: Int, of count: Int, below top: Double) -> SoakPanel.Place {
        let x = left + Double(index % 2) * (panelWidth + gap)
        let panelTop = top + Double(index / 2) * (titleRoom + panelHeight) + titleRoom
        let last = (record.samples + record.afterwards).map(\.seconds).max() ?? 0
        let time = LinearAxis(domain: 0...max(last, record.duration), ends: (x, x + panelWidth))
        return SoakPanel.Place(
            time: time, top: panelTop, bottom: panelTop + panelHeight, end: record.duration,
            timeTicks: timeTicks(upTo: time.domain.upperBound, areWritten: index >= count - 2))
    }

    /// In seconds, or in minutes where there are many.
    private func timeTicks(upTo end: Double, areWritten: Bool) -> [(Double, String?)] {
        let (unit, name) = end < 180 ? (1.0, "s") : (60.0, "min")
        return LinearAxis(domain: 0...(end / unit), ends: (0, 1)).ticks(atMost: 6).map { tick in
            (tick * unit, areWritten ? "\(tickText(tick)) \(name)" : nil)
        }
    }

    private func drawCriteria(
        _ criteria: [(Verdict.Criterion, [String])], on svg: inout SVG, top: Double
    ) {
        var y = top
        for (criterion, lines) in criteria {
            svg.add(
                "circle",
                ["cx": number(left + 4), "cy": number(y - 4), "r": "4.5", "fill": color(criterion.holds)])
            svg.addText(
                criterion.name, x: left + 16, y: y, ["font-weight": "bold", "fill": color(criterion.holds)])
            for line in lines {
                svg.addText(line, x: left + 130, y: y)
                y += lineHeight + 2
            }
        }
    }

    /// `40 s`, `20 min`, `2 min 30 s`
    private static func time(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded())
        guard whole >= 120 else { return "\(whole) s" }
        return "\(whole / 60) min" + (whole % 60 == 0 ? "" : " \(whole % 60) s")
    }
}
