/// One of the servers that are measured side by side in every cell of a sweep.
enum SweepSeries: String, CaseIterable {
    case streamed = "sluice streamed"
    case landed = "sluice landed"
    case sink, discard

    /// What it does with a body, for whoever sees the picture.
    var explanation: String {
        switch self {
        case .streamed: "Sluice, streamed: reduced window by window, in cache"
        case .landed: "Sluice, landed: to one contiguous place, reduced on the way"
        case .sink: "sink, for comparison: receives each body into memory, reduces nothing"
        case .discard: "discard, for comparison: Linux drops each body, nothing is copied"
        }
    }
}

/// One size at one number of connections.
struct SweepCell: Hashable {
    let bodySize: Int
    let connections: Int

    /// What all connections together send when each sends one body.
    var bytesUnderWay: Int { bodySize * connections }
}
