import ChartReaders
import FoundationEssentials
import LoadGenerator
import Testing

/// The built program itself, with Sluice's command in the place of every server.
struct SmokeTests {
    private let folder = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()

    /// A folder of peers: two that serve, one that ends at once, one that is not set up.
    private func withPeers<Result>(_ body: (URL) throws -> Result) throws -> Result {
        let peers = FileManager.default.temporaryDirectory.appending(path: "compare-\(UUID())")
        try FileManager.default.createDirectory(
            at: peers.appending(path: "text"), withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: peers) }
        try Data("b c\n".utf8).write(to: peers.appending(path: "text/paragraph.txt"))
        try Data(#"[{"text":"b c","answer":"{}"}]"#.utf8).write(to: peers.appending(path: "text/cases.json"))
        let serve =
            "exec \(folder.appending(path: "sluice").path()) serve --host 127.0.0.1 --threads 1 --port"
        let scripts = [
            "list": #"""
            for name in a b broken absent; do printf '%s\thttp\tgo\t1.0\tpredict\t\n' $name; done
            """#,
            "setup": "printf 'a\\nb\\nbroken\\n'",
            "serve": "case $1 in broken) echo 'no such module' >&2; exit 3;; esac; \(serve) $3",
            "service": "\(serve) $3",
        ]
        for (name, script) in scripts {
            let path = peers.appending(path: name)
            try Data("#!/bin/sh\n\(script)\n".utf8).write(to: path)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path.path())
        }
        return try body(peers)
    }

    private func compare(_ arguments: [String], peers: URL) throws -> (lines: [String], exitCode: Int32?) {
        let child = try ChildProcess(
            executable: folder.appending(path: "compare").path(),
            arguments: arguments + [
                "--peers", peers.path(), "--service", peers.appending(path: "service").path(), "--output",
                peers.appending(path: "out").path(),
            ])
        var lines: [String] = []
        while let line = child.line(within: .seconds(60)) { lines.append(line) }
        return (lines, child.wait(within: .seconds(10)))
    }

    @Test
    func measuresWhatServesAndNamesWhatDoesNot() throws {
        try withPeers { peers in
            let (lines, exitCode) = try compare(["--only", "predict-4B", "--rounds", "2"], peers: peers)
            #expect(exitCode == 0, "\(lines)")
            let text = try String(contentsOf: peers.appending(path: "out/compare.csv"), encoding: .utf8)
            let records = try #require(CSVReader(text)).records
            #expect(
                records.map { $0["server"] } == ["sluice", "sluice-landed", "a", "b", "broken", "absent"])
            for record in records[..<4] {
                // As many times 5,000 as take a second, in each round.
                let right = try #require(Int(record["right"] ?? ""))
                #expect(right >= 10_000 && right % 5000 == 0 && record["ranked"] == "yes", "\(record)")
                for figure in ["server_cpu_seconds_per_request", "peak_memory_bytes", "sluice_lead"] {
                    #expect(try #require(Double(record[figure] ?? "")) > 0)
                }
            }
            #expect(records[4]["notes"]?.contains("no such module") == true)
            #expect(records[5]["notes"]?.contains("not installed") == true)
            let picture = try String(contentsOf: peers.appending(path: "out/compare.svg"), encoding: .utf8)
            #expect(XMLCheck(picture).fault == nil)
            #expect(lines.contains { $0.hasPrefix("predict-4B: ahead of every peer: ") })
        }
    }

    @Test
    func failsWithoutSluicesService() throws {
        try withPeers { peers in
            try FileManager.default.removeItem(at: peers.appending(path: "service"))
            let (lines, exitCode) = try compare(["--only", "sluice/predict-4B"], peers: peers)
            #expect(exitCode == 1)
            #expect(lines.contains { $0.contains("not run: ") && $0.contains("is not there") }, "\(lines)")
        }
    }
}
