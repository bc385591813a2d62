internal import FoundationEssentials
internal import LoadGenerator
internal import Reduction

/// The bodies of all workloads, and what is right to answer.
final class Materials: Sendable {
    private let empty: RequestBody
    private let text: RequestBody
    private let textAnswer: [UInt8]
    private let values: [Int: (body: RequestBody, answer: Float)]
    private let congestionControl: String?

    static let columns = 2500

    /// A text and what `/cpu` answers to it: `bench/peers/text/cases.json` has some, among them the paragraph
    /// that the services have built in, which stands in `paragraph.txt`.
    struct Case: Codable {
        let text: String
        let answer: String
    }

    /// - Parameters:
    ///   - peersFolder: where `text/` is.
    ///   - congestionControl: of the client's sockets; nil for the system's.
    init(peersFolder: String, workloads: [Workload], congestionControl: String?) throws {
        self.congestionControl = congestionControl
        let (paragraph, cases) = try (
            Self.contents(peersFolder + "/text/paragraph.txt"),
            Self.contents(peersFolder + "/text/cases.json")
        )
        let found = try Self.builtIn(paragraph: paragraph, among: cases)
        textAnswer = Array(found.answer.utf8)
        text = try RequestBody(bytes: Array(JSONEncoder().encode(["text": found.text])))
        empty = try .none()
        var values: [Int: (body: RequestBody, answer: Float)] = [:]
        for case .values(let count) in workloads.map(\.content) where values[count] == nil {
            let body = try RequestBody(valueCount: count, seed: 1)
            values[count] = (body, body.withValues { ScalarTwin.rowMeanStd($0, columns: Self.columns) })
        }
        self.values = values
    }

    private static func contents(_ path: String) throws -> [UInt8] {
        guard let bytes = readFile(path) else { throw CompareError("\(path) cannot be read") }
        return bytes
    }

    static func builtIn(paragraph: [UInt8], among cases: [UInt8]) throws -> Case {
        let paragraph = trimmed(String(decoding: paragraph, as: UTF8.self))
        let all = try JSONDecoder().decode([Case].self, from: Data(cases))
        guard let found = all.first(where: { trimmed($0.text) == paragraph }) else {
            throw CompareError("text/cases.json has no answer to text/paragraph.txt")
        }
        return found
    }

    private static func trimmed(_ text: String) -> Substring {
        let end = text.lastIndex { !$0.isWhitespace }
        return end.map { text[...$0] } ?? ""
    }

    /// What the client sends under a workload.
    func plan(_ workload: Workload, endpoint: Endpoint) -> LoadPlan {
        var plan = LoadPlan(
            endpoint: endpoint, target: workload.route.path, body: body(of: workload.content),
            expectedAnswer: answer(workload), connections: workload.connections,
            congestionControl: congestionControl, timeout: workload.limit + .seconds(2))
        plan.userAgent = "sluice-compare"
        plan.opensAnew = workload.opensAnew
        plan.largestAnswer = 16 << 10
        if workload.route != .predict { plan.method = "GET" }
        if workload.content == .text { plan.contentType = "application/json" }
        return plan
    }

    private func body(of content: Workload.Content) -> RequestBody {
        switch content {
        case .none: empty
        case .text: text
        case .values(let count): values[count]!.body
        }
    }

    func answer(_ workload: Workload) -> ExpectedAnswer {
        switch workload.route {
        case .hello: .bytes(Array("hello\n".utf8))
        case .wait, .waitBlocking: .bytes(Array("waited\n".utf8))
        case .fanout: .bytes(Array("10\n".utf8))
        case .cpu, .waitCPU: .bytes(textAnswer)
        case .predict:
            if case .values(let count) = workload.content {
                Self.nearly(values[count]!.answer)
            } else {
                .bytes([])
            }
        }
    }

    /// The bytes of a float32 within a ten-thousandth of this one: languages add up in other orders.
    static func nearly(_ value: Float) -> ExpectedAnswer {
        .accepted { bytes in
            guard bytes.count == 4 else { return false }
            let bits = bytes.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            return abs(Float(bitPattern: bits) - value) <= abs(value) * 1e-4
        }
    }
}
