import Foundation
import Testing

/// The commands of the articles, run against the service whose source their listings are, answer what the articles show.
/// They need curl: `Tests/run` installs it.
struct ArticleTests {
    private struct Command {
        let line: String
        var output = ""
    }

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Sources/Sluice/Sluice.docc")

    private static let articles = [
        "TenMinutes", "WritingAKernel", "Handlers/StreamedKernels", "Handlers/LandedBodies",
        "Handlers/AsyncHandlers", "Handlers/BlockingHandlers", "Handlers/StreamedResponses",
        "Handlers/HandlerErrors", "Metrics",
    ]

    @Test func showWhatTheServiceAnswers() throws {
        // It prints where it listens, which is buffered in a file.
        let server = try ServerProcess(
            command: ["/usr/bin/stdbuf", "-oL", ServerProcess.program("DocExamples"), "0"])
        try server.waitUntilReady()
        guard case .tcp(let port) = try server.address else {
            throw ServerProcess.Failure(description: server.line)
        }
        for article in Self.articles {
            let commands = try Self.commands(of: article)
            #expect(!commands.isEmpty, "\(article)")
            for command in commands {
                let line = command.line.replacing("127.0.0.1:8080", with: "127.0.0.1:\(port)")
                let shell = try ServerProcess(command: ["/bin/sh", "-c", line])
                let code = try shell.waitForExit()
                #expect(
                    code == 0 && shell.output == command.output,
                    "\(article): \(command.line): \(shell.output)\(shell.log)")
            }
        }
        #expect(server.isRunning, "\(server.log)")
    }

    /// Those that ask the service, with what stands below each.
    private static func commands(of article: String) throws -> [Command] {
        let text = try String(contentsOf: folder.appending(path: "\(article).md"), encoding: .utf8)
        var commands: [Command] = []
        var isInConsole = false
        for line in text.components(separatedBy: "\n") {
            if line.hasPrefix("```") {
                isInConsole = line == "```console"
            } else if isInConsole, line.hasPrefix("$ ") {
                commands.append(Command(line: String(line.dropFirst(2))))
            } else if isInConsole, !commands.isEmpty {
                commands[commands.count - 1].output += line + "\n"
            }
        }
        return commands.filter { $0.line.contains("127.0.0.1:8080") }
    }
}
