/// What a trace entry tells of.
enum TraceEvent: UInt8, Sendable {
    case queued, submitted, executed, completed, overflowed, taken, provided, closed, sentNow
    case lowWaterMark, receiveBuffer, receiveWindow, moved, shutdown, wake
    case connected, arrived, clientEnded, clientReset, clientRead, clientStep, jump, spare, violation
}

/// The story of a run: its hash tells two runs apart, its last lines explain a failure.
struct Trace {
    private struct Entry {
        let time: UInt64
        let event: TraceEvent
        let ring: Int
        let first: UInt64
        let second: Int
    }

    private(set) var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    private var recent: [Entry] = []
    private var oldest = 0
    private static let kept = 200

    mutating func record(
        _ event: TraceEvent, time: UInt64, ring: Int = -1, _ first: UInt64 = 0, _ second: Int = 0
    ) {
        for word in [time, UInt64(event.rawValue), UInt64(bitPattern: Int64(ring)), first] {
            mix(word)
        }
        mix(UInt64(bitPattern: Int64(second)))
        let entry = Entry(time: time, event: event, ring: ring, first: first, second: second)
        if recent.count < Self.kept {
            recent.append(entry)
        } else {
            recent[oldest] = entry
            oldest = (oldest + 1) % Self.kept
        }
    }

    private mutating func mix(_ word: UInt64) {
        hash = (hash ^ word) &* 0x0000_0100_0000_01B3
        hash ^= hash >> 29
    }

    /// The last lines, oldest first.
    func lines(_ count: Int) -> [String] {
        (recent[oldest...] + recent[..<oldest]).suffix(count).map { entry in
            let ring = entry.ring < 0 ? "network" : "ring \(entry.ring)"
            return "\(Double(entry.time) / 1e6) ms  \(ring)  \(entry.event)"
                + "  0x\(String(entry.first, radix: 16))  \(entry.second)"
        }
    }
}
