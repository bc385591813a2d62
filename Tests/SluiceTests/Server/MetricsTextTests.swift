internal import Foundation
internal import Testing

@testable internal import Sluice

struct MetricsTextTests {
    /// Metrics that are called otherwise than their counters.
    private static let names = [
        "connectionsAccepted": "sluice_connections", "moves": "sluice_reactor_moves",
        "bytesMoved": "sluice_user_copied_bytes", "fastBodies": "sluice_fast_bodies_in_flight",
        "receiveBytesGranted": "sluice_receive_buffer_bytes",
        "responses2xx": #"sluice_responses_total{class="2xx"}"#,
        "responses3xx": #"sluice_responses_total{class="3xx"}"#,
        "responses4xx": #"sluice_responses_total{class="4xx"}"#,
        "responses5xx": #"sluice_responses_total{class="5xx"}"#,
    ]

    /// As Prometheus' names are written; the end of a counter's, `_total`, is not in it.
    private static func name(of counter: String) -> String {
        names[counter]
            ?? "sluice_" + counter.map { $0.isUppercase ? "_\($0.lowercased())" : "\($0)" }.joined()
    }

    /// Each counter of a reactor is given a number of its own; the sums of two reactors must all be there.
    @Test func everyCounterIsThereOnceAndSummed() throws {
        let reactors = [ReactorMetrics(), ReactorMetrics()]
        var expected: [String: Int] = [:]
        for (index, reactor) in reactors.enumerated() {
            for (number, child) in Mirror(reflecting: reactor).children.enumerated() {
                let counter = try #require(child.value as? Counter)
                counter.set((index + 1) * 1000 * (number + 1))
                expected[child.label ?? ""] = 3000 * (number + 1)
            }
        }
        let arena = try Arena(byteCount: 2 << 20, touched: false) { _, _ in true }
        let text = MetricsText(reactors, arena: arena, computeQueue: ComputePool(threads: 0, limit: 1)).text
        let lines = text.split(separator: "\n")
        for (counter, sum) in expected {
            let found = lines.filter { $0.hasSuffix(" \(sum)") }
            let name = Self.name(of: counter)
            #expect(found == ["\(name) \(sum)"] || found == ["\(name)_total \(sum)"], "\(counter): \(found)")
        }
        #expect(text.contains("\nsluice_memory_budget_bytes 2097152\n"))
        #expect(text.contains("\nsluice_memory_leased_bytes 0\n"))
    }

    @Test func itIsPrometheusText() throws {
        let arena = try Arena(byteCount: 1, touched: false) { _, _ in true }
        let metrics = MetricsText(
            [ReactorMetrics()], arena: arena, computeQueue: ComputePool(threads: 0, limit: 1))
        #expect(metrics.bytes == Array(metrics.text.utf8))
        #expect(metrics.text.hasSuffix("\n"))
        var described: Set<Substring> = []
        var typed: [Substring: Substring] = [:]
        var samples: Set<Substring> = []
        for line in metrics.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            let words = line.split(separator: " ")
            if line.hasPrefix("# HELP ") {
                #expect(words.count > 3)
                #expect(described.insert(words[2]).inserted)
            } else if line.hasPrefix("# TYPE ") {
                #expect(described.contains(words[2]))
                #expect(typed.updateValue(words[3], forKey: words[2]) == nil)
            } else {
                #expect(words.count == 2 && Int(words[1]) != nil, "\(line)")
                #expect(samples.insert(words[0]).inserted)
                let name = words[0].prefix { $0 != "{" }
                let type = try #require(typed[name], "\(line)")
                #expect(name.hasPrefix("sluice_"))
                #expect(name.hasSuffix("_total") == (type == "counter"), "\(line)")
            }
        }
        #expect(samples.count > 25)
    }

    @Test func theArticleHasEachOfThem() throws {
        let arena = try Arena(byteCount: 1, touched: false) { _, _ in true }
        let text = MetricsText(
            [ReactorMetrics()], arena: arena, computeQueue: ComputePool(threads: 0, limit: 1)
        ).text
        var help: [Substring: Substring] = [:]
        var rows: Set<String> = []
        for line in text.split(separator: "\n") where line.hasPrefix("# ") {
            let words = line.split(separator: " ", maxSplits: 3)
            if words[1] == "HELP" {
                help[words[2]] = words[3]
            } else {
                rows.insert("| `\(words[2])` | \(words[3]) | \(help[words[2]] ?? "") |")
            }
        }
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let article = try String(
            contentsOf: root.appending(path: "Sources/Sluice/Sluice.docc/Metrics.md"), encoding: .utf8)
        #expect(
            Set(
                article.split(separator: "\n").map(String.init).filter {
                    $0.contains("er | ") || $0.contains("gauge | ")
                }) == rows)
    }

    @Test(arguments: [(200, 0), (204, 0), (304, 1), (404, 2), (499, 2), (500, 3), (503, 3)])
    func aResponseIsCountedInItsClass(code: Int, place: Int) {
        let metrics = ReactorMetrics()
        metrics.countResponse(code: code)
        let counts = [
            metrics.responses2xx, metrics.responses3xx, metrics.responses4xx, metrics.responses5xx,
        ].map(\.value)
        #expect(counts.indices.allSatisfy { counts[$0] == ($0 == place ? 1 : 0) })
    }
}
