import FoundationEssentials
import LoadGenerator
import Synchronization
import Testing

@testable import IngestBench

struct PinningTests {
    /// Of the CPUs that this process may run on, the last.
    private func lastCPU() throws -> Int {
        let status = String(decoding: readFile("/proc/self/status") ?? [], as: UTF8.self)
        let line = status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed_list:") }
        let number = try #require(line).split { !$0.isNumber }.last
        return try #require(number.flatMap { Int($0) })
    }

    @Test func leavesOneCore() throws {
        let cpu = try lastCPU()
        let cores = Mutex<Int?>(nil)
        let before = ProcessFigures.cores
        // A thread's own affinity: the tests' threads keep theirs.
        let thread = try SystemThread(name: "pinned") {
            guard (try? runOnly(onCPU: cpu)) != nil else { return }
            cores.withLock { $0 = ProcessFigures.cores }
        }
        thread.join()
        #expect(cores.withLock { $0 } == 1)
        #expect(ProcessFigures.cores == before)
    }

    @Test func leavesTheMachineItsCores() throws {
        let (output, errors, exitCode) = try runIngestBench([
            "--size", "4", "--requests", "1", "--rounds", "1", "--no-limits", "--json", "--pin",
            "\(try lastCPU())",
        ])
        #expect(exitCode == 0, "\(errors)")
        let report = try JSONDecoder().decode(JSONReport.self, from: Data(output.utf8))
        #expect(report.machine.cores == ProcessFigures.cores)
        #expect(report.coreRoundTripSeconds == nil)
    }
}
