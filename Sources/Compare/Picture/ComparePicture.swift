internal import Charts

/// A comparison as a picture: a panel of bars for each workload, Sluice's in colour, streaming twins' outlined.
struct ComparePicture {
    let comparison: Comparison
    let caption: [String]

    private let columns = 3
    private let left = 24.0
    private let gap = 28.0
    private let titleRoom = 44.0
    private let lineHeight = 15.0

    private var width: Double { 2 * left + Double(columns) * BarPanel.width + Double(columns - 1) * gap }

    func svg() -> String {
        let panels = comparison.plan.map {
            BarPanel(workload: $0.workload, rows: comparison.rows($0.workload))
        }
        let notes = wrapped(caption + [Self.reading], width: width - 2 * left)
        let lines = stride(from: 0, to: panels.count, by: columns).map {
            Array(panels[$0..<min($0 + columns, panels.count)])
        }
        let top = 84.0
        let bottom = lines.reduce(top) { $0 + titleRoom + tallest($1) }
        let height = bottom + 30 + Double(notes.count) * lineHeight
        var svg = SVG(width: width, height: height)
        svg.add("rect", ["width": number(width), "height": number(height), "fill": "#ffffff"])
        svg.addText(
            "Sluice beside its peers", x: left, y: 30,
            ["font-size": "17", "font-weight": "bold", "fill": "#111111"])
        drawLegend(on: &svg, y: 56)
        var y = top
        for line in lines {
            for (column, panel) in line.enumerated() {
                panel.draw(on: &svg, x: left + Double(column) * (BarPanel.width + gap), y: y + titleRoom)
            }
            y += titleRoom + tallest(line)
        }
        for (index, line) in notes.enumerated() {
            svg.addText(
                line, x: left, y: bottom + 30 + Double(index) * lineHeight,
                ["font-size": "10", "fill": "#666666"])
        }
        return svg.document(title: "Sluice beside its peers: requests per second under each workload")
    }

    private func tallest(_ panels: [BarPanel]) -> Double { panels.map(\.height).max() ?? 0 }

    private static let reading =
        "Bars are medians, the thin lines reach from the least round to the greatest; from zero, each panel with its own "
        + "scale. A pale bar's cell was cut, or had wrong or failed answers, or most were refused; the table tells."

    private func drawLegend(on svg: inout SVG, y: Double) {
        var x = left
        for kind in BarKind.allCases where kind.isAmong(comparison.plan.flatMap(\.servers)) {
            svg.add(
                "rect",
                [
                    "x": number(x), "y": number(y - 9), "width": "22", "height": "10", "fill": kind.fill,
                    "stroke": kind.stroke,
                ])
            svg.addText(kind.explanation, x: x + 28, y: y)
            x += 46 + 5.6 * Double(kind.explanation.count)
        }
    }
}

/// What a bar stands for, by its colours (Okabe and Ito's, and greys).
enum BarKind: CaseIterable {
    case sluice, landed, wholeBody, streamingTwin, grpc

    init(_ server: Server) {
        self =
            if server == .landed {
                .landed
            } else if server.isSluice {
                .sluice
            } else if server.isStreamingTwin {
                .streamingTwin
            } else {
                server.kind == .grpc ? .grpc : .wholeBody
            }
    }

    var fill: String {
        switch self {
        case .sluice: "#0072b2"
        case .landed: "#56b4e9"
        case .wholeBody: "#9a9a9a"
        case .streamingTwin: "#ffffff"
        case .grpc: "#cc79a7"
        }
    }

    var stroke: String { self == .streamingTwin ? "#d55e00" : "none" }

    var explanation: String {
        switch self {
        case .sluice: "Sluice"
        case .landed: "Sluice, the whole body to a handler"
        case .wholeBody: "peers, as people write them"
        case .streamingTwin: "streaming twins, reducing as they read"
        case .grpc: "gRPC, by its own client"
        }
    }

    func isAmong(_ servers: [Server]) -> Bool { servers.contains { BarKind($0) == self } }
}
