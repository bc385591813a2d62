internal import Charts

/// What became of a cell, as a line while the comparison goes on.
enum CellLine {
    static func text(
        _ cell: Schedule.Cell, _ outcome: Comparison.Outcome, number: Int, of count: Int, secondsLeft: Double
    ) -> String {
        let place = "\(number)/\(count)".aligned(to: 9) + "  " + cell.workload.name.padded(to: 20)
        let left = "  " + timeLeft(secondsLeft) + " left"
        return place + cell.server.name.padded(to: 22) + words(cell, outcome) + left
    }

    private static func words(_ cell: Schedule.Cell, _ outcome: Comparison.Outcome) -> String {
        switch outcome {
        case .notRun(let reason), .lacking(let reason):
            return "not run: " + reason.split(whereSeparator: \.isNewline).joined(separator: " | ")
        case .measured(let figures):
            var words = [
                decimal(figures.requestsPerSecond).aligned(to: 8) + "/s",
                "p50 " + duration(figures.latencyP50), "p99 " + duration(figures.latencyP99),
            ]
            if let beside = figures.helloBeside { words.append("/hello p99 " + duration(beside)) }
            if figures.wrong > 0 { words.append("\(figures.wrong) WRONG") }
            if figures.failures > 0 {
                words.append("\(figures.failures) failed (\(figures.firstFailure ?? ""))")
            }
            if figures.refused > 0 { words.append("\(figures.refused) refused") }
            if figures.sentAgain > 0 { words.append("\(figures.sentAgain) sent again") }
            if let cut = figures.cutAfter { words.append("cut at \(Int(cut)) s") }
            return words.joined(separator: "  ")
        }
    }

    private static func timeLeft(_ seconds: Double) -> String {
        let seconds = Int(seconds.rounded(.up))
        return "\(seconds / 60):" + (seconds % 60 < 10 ? "0" : "") + "\(seconds % 60)"
    }
}
