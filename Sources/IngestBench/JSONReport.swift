internal import FoundationEssentials
internal import LoadGenerator
internal import Sizes

extension Report {
    /// One JSON object with every figure: each round's value, median, least and greatest. What has no source
    /// is null.
    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(JSONReport(self)), as: UTF8.self)
    }
}

/// The shape of the JSON output.
struct JSONReport: Codable {
    let command: [String]
    let machine: Machine
    /// There and back between the first core and the farthest of some others, in seconds, before each round; missing with one core.
    let coreRoundTripSeconds: JSONSpread?
    let settings: JSONSettings
    /// By role: `server`, `sink`, `discard`; with slow clients also `apart`, the same server without them.
    let targets: [String: JSONTarget]
    /// The server's figures over a limit's: by limit, then by figure.
    let ratios: [String: [String: JSONSpread]]
    let notes: [String]
    /// Whether every answer was right and no request failed.
    let ok: Bool

    init(_ report: Report) {
        command = CommandLine.arguments
        // Pinned, this program has one core.
        var here = Machine.here
        here.cores = report.settings.machineCores
        machine = here
        coreRoundTripSeconds = report.coreDistances.spread.map { JSONSpread($0) }
        settings = JSONSettings(report)
        targets = Dictionary(
            uniqueKeysWithValues: report.results.map { ($0.target.role.rawValue, JSONTarget($0)) })
        ratios = Dictionary(
            uniqueKeysWithValues: report.limits.map { limit in
                let figures = Figure.allCases.compactMap { figure in
                    report.ratios(of: figure, to: limit).map { (figure.rawValue, JSONSpread($0)) }
                }
                return (limit.target.role.rawValue, Dictionary(uniqueKeysWithValues: figures))
            })
        notes = report.notes
        ok = report.isSound
    }
}

struct JSONSettings: Codable {
    let sizeBytes: Int
    let values: Int
    let columns: Int
    let data: String
    let seed: UInt64
    let connections: Int
    let rounds: Int
    let sender: String
    let engine: String
    let congestionControl: String?
    let url: String
    let threads: Int?
    let body: String?
    /// Nil where the server has its own default.
    let windowSizeBytes: Int?
    let pinnedCPU: Int?

    init(_ report: Report) {
        let settings = report.settings
        let plan = report.server.target.plan
        sizeBytes = settings.size.bytes
        values = settings.valueCount
        columns = settings.columns
        data = "pseudo-random in [0, 1)"
        seed = settings.seed
        connections = settings.connections
        rounds = settings.rounds
        sender = settings.sender.rawValue
        engine = "\(report.server.target.session.engine)"
        congestionControl = report.congestionControl
        url = "http://\(plan.host)\(plan.target)"
        pinnedCPU = settings.pinnedCPU
        if case .sluice(let setUp) = settings.server {
            (threads, body, windowSizeBytes) = (setUp.threads, setUp.body.rawValue, setUp.windowSize?.bytes)
        } else {
            (threads, body, windowSizeBytes) = (nil, nil, nil)
        }
    }
}

struct JSONTarget: Codable {
    let name: String
    let requests: Int
    let seconds: Double
    let wrongAnswers: Int
    let errors: [String: Int]
    let reconnects: Int
    /// Not there where no slow clients are.
    let slowClients: JSONSlowClients?
    let figures: [String: JSONFigure]

    init(_ result: TargetResult) {
        let total = result.total
        name = result.target.name
        requests = total.answered
        seconds = result.seconds
        let all = result.all
        wrongAnswers = all.wrong
        errors = all.failures.json
        reconnects = total.reconnects
        slowClients = result.slow.map { JSONSlowClients($0) }
        figures = Dictionary(
            uniqueKeysWithValues: Figure.allCases.map { figure in
                (figure.rawValue, JSONFigure(source: figure.source, spread: result.spread(of: figure)))
            })
    }
}

/// What became of the requests that slow clients made meanwhile, without those that a round's end broke off.
struct JSONSlowClients: Codable {
    let requests: Int
    let wrongAnswers: Int
    let errors: [String: Int]

    init(_ outcome: LoadOutcome) {
        requests = outcome.answered
        wrongAnswers = outcome.wrong
        errors = outcome.failures.json
    }
}

extension FailureCounts {
    fileprivate var json: [String: Int] {
        Dictionary(uniqueKeysWithValues: byKind.map { ($0.name, $0.count) })
    }
}

/// A figure and where it comes from; without values when it has no source.
struct JSONFigure: Codable {
    let source: Figure.Source?
    let rounds: [Double]?
    let median: Double?
    let min: Double?
    let max: Double?

    init(source: Figure.Source, spread: Spread?) {
        self.source = spread == nil ? nil : source
        rounds = spread?.values
        median = spread?.median
        min = spread?.minimum
        max = spread?.maximum
    }

    // Written out, null and all: a key that is missing may be taken for a misspelt one.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(source, forKey: .source)
        try container.encode(rounds, forKey: .rounds)
        try container.encode(median, forKey: .median)
        try container.encode(min, forKey: .min)
        try container.encode(max, forKey: .max)
    }
}

struct JSONSpread: Codable {
    let rounds: [Double]
    let median: Double
    let min: Double
    let max: Double

    init(_ spread: Spread) {
        rounds = spread.values
        median = spread.median
        min = spread.minimum
        max = spread.maximum
    }
}
