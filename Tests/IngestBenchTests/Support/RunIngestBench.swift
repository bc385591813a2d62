import LoadGenerator

/// The built program.
var ingestBench: String {
    let folder = CommandLine.arguments[0].split(separator: "/", omittingEmptySubsequences: false).dropLast()
    return (folder + ["ingest-bench"]).joined(separator: "/")
}

/// Runs the built program itself.
func runIngestBench(_ arguments: [String]) throws -> (output: String, errors: String, exitCode: Int32?) {
    let child = try ChildProcess(executable: ingestBench, arguments: arguments)
    var lines: [String] = []
    while let line = child.line(within: .seconds(60)) { lines.append(line) }
    let exitCode = child.wait(within: .seconds(10))
    return (lines.joined(separator: "\n"), child.errors, exitCode)
}
