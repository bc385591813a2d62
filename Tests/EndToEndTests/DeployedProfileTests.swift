import Fixtures
import Glibc
import Testing

/// The seccomp profile for containers allows what the server does, and little else. The real server runs under
/// the very list of system calls that stands in it.
struct DeployedProfileTests {
    private static let filter = Result { try SeccompProfile.deployed().filter }

    private func start(_ arguments: [String]) throws -> ServerProcess {
        try ServerProcess(arguments, filter: Self.filter.get())
    }

    /// All of a server's life: start, bodies of both framings, refusals, metrics, a renewed token, an orderly end.
    @Test(arguments: ["streamed", "landed"], [false, true])
    func theServerLivesUnderIt(placement: String, unix: Bool) throws {
        let tokenFile = try TokenFile("first")
        let server = try start(
            ["serve", "--body", placement, "--memory", "128MiB", "--token-file", tokenFile.path]
                + (unix ? ["--unix", temporaryPath()] : ["--port", "0"]))
        try server.waitUntilReady()
        let body = [UInt8](repeating: 0, count: 4_000_000)
        let fields = ["Authorization: Bearer first"]
        let client = try server.connect()
        #expect(try client.ask(Request.post(body, fields: fields)).bits == 0)
        #expect(try client.ask(Request.postChunked(body, cuts: [5, 700_000], fields: fields)).bits == 0)
        #expect(try client.ask(Request.post([0, 0, 0, 0])).status == 401)
        #expect(try server.connect().ask("GET /nowhere HTTP/9.9\r\n\r\n").status == 505)
        try tokenFile.write("second")
        server.signal(SIGHUP)
        #expect(
            try eventually {
                try client.ask(Request.post([0, 0, 0, 0], fields: ["Authorization: Bearer second"])).bits == 0
            })
        // What a container's health check does.
        #expect(try server.ask(Request.health).status == 200)
        server.signal(SIGTERM)
        #expect(try server.waitForExit() == 0, "\(server.log)")
        #expect(server.log.contains("stopped"), "\(server.log)")
        #expect(!server.log.contains(" critical "), "\(server.log)")
    }

    @Test func theDoctorFindsNothingMissing() throws {
        let doctor = try start(["doctor"])
        #expect(try doctor.waitForExit() == 0, "\(doctor.output)")
        #expect(doctor.output.contains("sluice would run here."))
        #expect(!doctor.output.contains("FAIL"))
    }

    /// Nothing else would show that it is missing: what cannot be sent at once goes through the ring.
    @Test func shortAnswersMayBeSentAtOnce() throws {
        var filter = try Self.filter.get()
        let number = try #require(SystemCall.numbers["sendto"])
        #expect(filter.actions[number] == .allow)
        filter.actions[number] = nil
        let server = try ServerProcess(["serve", "--port", "0"], filter: filter)
        try server.waitUntilReady()
        #expect(try server.ask(Request.post([0, 0, 0, 0])).bits == 0)
    }

    private static let pinned = ["serve", "--port", "0", "--pin", "--threads", "2"]
    private static let wanders = "a thread does not stay on its CPU"

    @Test func threadsMayBeKeptOnTheirCPUs() throws {
        let server = try start(Self.pinned)
        try server.waitUntilReady()
        let expected = min(2, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        var cpus: [String] = []
        // The line that says it listens is printed while they start.
        let arePinned = eventually {
            cpus = server.allowedCPUs(ofThreadsNamed: "sluice-")
            return cpus.count == 2 && cpus.allSatisfy { Int($0) != nil } && Set(cpus).count == expected
        }
        #expect(arePinned, "\(cpus) \(server.log)")
        #expect(!server.log.contains(Self.wanders), "\(server.log)")
    }

    /// Under a profile that is stricter it serves, and says so.
    @Test func saysThatAThreadIsNotKeptOnItsCPU() throws {
        var filter = try Self.filter.get()
        filter.actions[try #require(SystemCall.numbers["sched_setaffinity"])] = nil
        let server = try ServerProcess(Self.pinned, filter: filter)
        try server.waitUntilReady()
        #expect(eventually { server.log.contains(Self.wanders) }, "\(server.log)")
        #expect(try server.ask(Request.health).status == 200)
    }

    /// What it is for: an intruder in the server's process could not do these.
    @Test(arguments: [
        "ptrace", "process_vm_readv", "process_vm_writev", "init_module", "finit_module", "bpf",
        "perf_event_open",
        "userfaultfd", "mount", "unshare", "setns", "pivot_root", "kexec_load", "reboot", "keyctl",
    ])
    func itAllowsNothingOfAnIntruders(call: String) throws {
        let filter = try Self.filter.get()
        let number = try #require(SystemCall.numbers[call])
        #expect(filter.actions[number, default: filter.otherwise] == .fail(EPERM))
    }

    /// A list that the server needs all of would fail without any of these: the filter does reach it.
    @Test(arguments: ["io_uring_setup", "listen", "mmap"])
    func theServerDoesNotStartWithoutACallThatItNeeds(call: String) throws {
        var filter = try Self.filter.get()
        filter.actions[try #require(SystemCall.numbers[call])] = nil
        let server = try ServerProcess(["serve", "--port", "0"], filter: filter)
        #expect(try server.waitForExit() != 0)
    }
}
