import Glibc
import Testing

/// Where io_uring is blocked, as containers block it: said at the start, with its cause and its cure.
struct BlockedRingTests {
    private static let calls = ["io_uring_setup", "io_uring_register", "io_uring_enter"]

    private func run(_ arguments: [String], failing call: String, with errorNumber: Int32) throws -> (
        code: Int32, text: String
    ) {
        let process = try ServerProcess(
            arguments, filter: .failing([call], with: errorNumber))
        let code = try process.waitForExit()
        return (code, process.output + process.log)
    }

    @Test(arguments: calls, [["serve", "--port", "0"], ["doctor"]])
    func namesTheFilterAndTheProfile(call: String, arguments: [String]) throws {
        let (code, text) = try run(arguments, failing: call, with: EPERM)
        #expect(code == 1, "\(text)")
        #expect(text.contains("is blocked by a seccomp filter"), "\(text)")
        #expect(text.contains("--security-opt seccomp=bench/deploy/seccomp.json"), "\(text)")
        // Nobody is told to connect.
        #expect(!text.contains("listening on"), "\(text)")
    }

    @Test(arguments: calls, [["serve", "--port", "0"], ["doctor"]])
    func saysThatThereIsNone(call: String, arguments: [String]) throws {
        let (code, text) = try run(arguments, failing: call, with: ENOSYS)
        #expect(code == 1, "\(text)")
        #expect(text.contains("hidden by a seccomp filter, or this kernel has none"), "\(text)")
        #expect(!text.contains("listening on"), "\(text)")
    }

    /// The filter alone changes nothing: what is told above is told of the call that fails.
    @Test func runsUnderAFilterThatBlocksSomethingElse() throws {
        let doctor = try ServerProcess(["doctor"], filter: .failing(["reboot"], with: EPERM))
        #expect(try doctor.waitForExit() == 0, "\(doctor.output)")
        #expect(doctor.output.contains("sluice would run here."))
    }
}
