internal import ArgumentParser
internal import Glibc

/// `sluice doctor`: says what this machine offers, what is missing, and the command that mends it.
struct Doctor: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say whether the server would run here, and how well.",
        discussion: "Exit code 0: it would run. 1: it would not.")

    func run() throws {
        let findings = Examination.run()
        let width = findings.map(\.subject.count).max() ?? 0
        for finding in findings {
            let subject = finding.subject.padding(to: width)
            print("\(finding.verdict.mark)  \(subject)  \(finding.detail)")
            if let cure = finding.cure { print("      \("".padding(to: width))  → \(cure)") }
        }
        let wouldRun = !findings.contains { $0.verdict == .fails }
        print(wouldRun ? "sluice would run here." : "sluice would NOT run here.")
        if !wouldRun { throw ExitCode.failure }
    }
}
