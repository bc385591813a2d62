internal import Charts
internal import LoadGenerator
internal import Sizes

/// What a sweep will do: its cells, and what of them the machine has no room for.
struct SweepPlan {
    let settings: SweepSettings
    let room: Room

    /// The most that the connections of a cell may have under way together. A round ends when the requests
    /// that began in it have: with more than this, it would take many times the time it was given.
    static let bytesUnderWay = 32_000_000_000

    /// About what a machine takes in a second, to guess how long a sweep will be.
    private static let bytesPerSecond = 3e9

    /// Why a series cannot be measured in a cell; nil when it can.
    func refusal(of series: SweepSeries, in cell: SweepCell) throws -> String? {
        if let refusal = try refusal(of: cell) { return refusal }
        let size = ByteSize(bytes: cell.bodySize)
        switch series {
        case .streamed: return nil
        case .landed: return room.refusal(ofLandingFor: try settings.settings(of: cell, .landed))
        case .sink: return room.refusal(of: .sink, size: size, connections: cell.connections)
        case .discard: return room.refusal(of: .discard, size: size, connections: cell.connections)
        }
    }

    private func refusal(of cell: SweepCell) throws -> String? {
        guard cell.bytesUnderWay <= Self.bytesUnderWay else {
            let bytes = bytesText(Double(cell.bytesUnderWay))
            return
                "one body on each connection is \(bytes), more than \(bytesText(Double(Self.bytesUnderWay)))"
        }
        let sender = try settings.settings(of: cell, .streamed).sender
        return room.refusal(ofConnections: cell.connections, servers: SweepSeries.allCases.count)
            ?? room.refusal(ofBody: ByteSize(bytes: cell.bodySize), sender: sender)
    }

    /// The series of a cell that can be measured.
    func series(in cell: SweepCell) throws -> [SweepSeries] {
        try SweepSeries.allCases.filter { try refusal(of: $0, in: cell) == nil }
    }

    /// About how many seconds one round of one series takes.
    func secondsPerRound(_ cell: SweepCell) throws -> Double {
        let rounds = try settings.settings(of: cell, .streamed).rounds
        return max(
            Double(settings.cellDuration.nanoseconds) / 1e9 / Double(rounds),
            Double(cell.bytesUnderWay) / Self.bytesPerSecond)
    }

    /// About how many seconds a whole cell takes: a round more to warm up, and the servers' start.
    func seconds(_ cell: SweepCell) throws -> Double {
        let rounds = try settings.settings(of: cell, .streamed).rounds + 1
        return Double(try series(in: cell).count) * (Double(rounds) * (try secondsPerRound(cell)) + 0.2)
    }
}
