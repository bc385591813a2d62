internal import Charts

/// One small picture: some figures over time.
struct SoakPanel {
    /// A figure, as a line.
    struct Line {
        let name: String
        let color: String
        /// A value for each place in time; where there is none, the line has a gap.
        let points: [(seconds: Double, value: Double?)]
    }

    /// How values are laid out.
    enum Scale { case linear, logarithmic }

    let title: String
    var hint = ""
    var scale = Scale.linear
    let lines: [Line]
    /// Up to this time the server is still warming up, where that matters.
    var warmUp: Double?

    /// Where in the picture, and what is common to all panels.
    struct Place {
        let time: LinearAxis
        let top: Double
        let bottom: Double
        /// When the clients had gone.
        let end: Double
        /// Times that are marked, in seconds, with what is written below them, if it is written here.
        let timeTicks: [(seconds: Double, text: String?)]
    }

    func draw(on svg: inout SVG, _ place: Place) {
        let (left, right) = place.time.ends
        rectangle(on: &svg, from: left, to: right, place, "#f7f7f7")
        if let warmUp { rectangle(on: &svg, from: left, to: place.time.position(warmUp), place, "#ececec") }
        drawTitle(on: &svg, x: left, y: place.top - 8)
        let values = lines.flatMap { $0.points.compactMap(\.value) }
        let (position, ticks) = axis(values, place)
        for tick in ticks {
            let y = position(tick)
            line(on: &svg, (left, y), (right, y), "#dddddd")
            svg.addText(tickText(tick), x: left - 6, y: y + 4, ["text-anchor": "end", "font-size": "10"])
        }
        for (seconds, text) in place.timeTicks {
            let x = place.time.position(seconds)
            line(on: &svg, (x, place.bottom), (x, place.bottom + 4), "#bbbbbb")
            guard let text else { continue }
            svg.addText(text, x: x, y: place.bottom + 16, ["text-anchor": "middle", "font-size": "10"])
        }
        let end = place.time.position(place.end)
        line(on: &svg, (end, place.top), (end, place.bottom), "#999999", dashes: "3 3")
        for line in lines.reversed() {
            for run in line.points.split(whereSeparator: { $0.value == nil }) {
                let points = run.map {
                    number(place.time.position($0.seconds)) + "," + number(position($0.value!))
                }
                svg.add(
                    "polyline",
                    [
                        "points": points.joined(separator: " "), "fill": "none", "stroke": line.color,
                        "stroke-width": "1.6", "stroke-linejoin": "round",
                    ])
            }
        }
    }

    private func axis(_ values: [Double], _ place: Place) -> (position: (Double) -> Double, ticks: [Double]) {
        if scale == .logarithmic, let domain = LogAxis.domain(of: values) {
            let axis = LogAxis(domain: domain, ends: (place.bottom, place.top))
            return (axis.position, axis.ticks(atMost: 5))
        }
        let axis = LinearAxis(toInclude: values, ends: (place.bottom, place.top))
        return (axis.position, axis.ticks(atMost: 4))
    }

    /// The title, and the names of the lines in their colours, which are the legend.
    private func drawTitle(on svg: inout SVG, x: Double, y: Double) {
        svg.addText(title, x: x, y: y, ["font-weight": "bold"], aside: hint.isEmpty ? nil : hint)
        guard lines.count > 1 else { return }
        var x = x + 6.7 * Double(title.count) + (hint.isEmpty ? 0 : 6 * Double(hint.count) + 8) + 12
        for line in lines {
            svg.add(
                "line",
                [
                    "x1": number(x), "y1": number(y - 4), "x2": number(x + 12), "y2": number(y - 4),
                    "stroke": line.color, "stroke-width": "2.5",
                ])
            svg.addText(line.name, x: x + 16, y: y, ["fill": line.color])
            x += 16 + 6 * Double(line.name.count) + 14
        }
    }

    private func rectangle(
        on svg: inout SVG, from left: Double, to right: Double, _ place: Place, _ color: String
    ) {
        svg.add(
            "rect",
            [
                "x": number(left), "y": number(place.top), "width": number(max(0, right - left)),
                "height": number(place.bottom - place.top), "fill": color,
            ])
    }

    private func line(
        on svg: inout SVG, _ start: (Double, Double), _ end: (Double, Double), _ color: String,
        dashes: String = "none"
    ) {
        svg.add(
            "line",
            [
                "x1": number(start.0), "y1": number(start.1), "x2": number(end.0), "y2": number(end.1),
                "stroke": color, "stroke-dasharray": dashes,
            ])
    }
}
