import CLoadPlatform
import Testing

@testable import LoadGenerator

struct ChildProcessTests {
    private func shell(_ script: String, _ environment: [String: String] = [:]) throws -> ChildProcess {
        try ChildProcess(executable: "/bin/sh", arguments: ["-c", script], environment: environment)
    }

    @Test
    func givesTheFirstLineAndTheErrors() throws {
        let child = try shell("echo trouble >&2; echo \"ready $WORD\"; exec sleep 100", ["WORD": "now"])
        #expect(child.line(within: .seconds(10)) == "ready now")
        #expect(child.errors == "trouble\n")
        #expect(child.stop() == nil)
    }

    @Test
    func givesNoLineOfAChildThatEnds() throws {
        let child = try shell("exit 3")
        #expect(child.line(within: .seconds(10)) == nil)
        #expect(child.wait(within: .seconds(10)) == 3)
        #expect(child.stop() == 3)
    }

    @Test
    func killsAChildThatWillNotStop() throws {
        let child = try shell("trap '' TERM; echo up; while :; do sleep 1; done")
        #expect(child.line(within: .seconds(10)) == "up")
        #expect(child.stop(within: .milliseconds(50)) == nil)
        #expect(child.stop() == nil)
    }

    @Test(arguments: [Int32.min, -2, -1, 0, 1, 4_194_304, ProcessFigures.ownPID])
    func signalsNobodyButAChild(pid: Int32) {
        // Signal 0 only asks whether it might be sent.
        #expect(load_signal_child(pid, 0) == -1)
    }

    @Test func saysWhyAProgramCannotBeStarted() {
        #expect(throws: SystemError("start /nowhere/sluice", code: 2)) {
            try ChildProcess(executable: "/nowhere/sluice", arguments: [])
        }
    }

    @Test
    func readsTheFiguresOfAProcess() throws {
        let child = try shell("i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; echo done; exec sleep 100")
        #expect(child.line(within: .seconds(30)) == "done")
        let figures = ProcessFigures(pid: child.pid)
        #expect(try #require(figures.cpuNanoseconds) > 0)
        #expect(try #require(figures.pageFaults) > 0)
        // In the middle of its exec it has next to none; the time limit holds if it stays so.
        while figures.peakMemory ?? 0 <= 100_000 { sleep(milliseconds: 1) }
        #expect(figures.threadCount == 1)
        child.stop()
        #expect(figures.cpuNanoseconds == nil)
        #expect(figures.pageFaults == nil)
        #expect(figures.peakMemory == nil)
    }

    @Test func findsWhoListens() throws {
        let server = try LimitServer(kind: .sink, connections: 1, bodySize: 4)
        let own = ProcessFigures.ownPID
        #expect(processesListening(onPort: server.endpoint.port).contains(own))
        #expect(processesListening(onPort: 1) == [])
    }

    @Test
    func killsWhatItsChildLeftBehind() throws {
        // A worker that ignores SIGTERM, of a server that does not; it ends by itself when the test has failed.
        let child = try ChildProcess(
            executable: "/bin/sh",
            arguments: [
                "-c",
                "(trap '' TERM; for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 1; done) & echo $!; exec sleep 100",
            ],
            leadsGroup: true)
        let worker = ProcessFigures(pid: try #require(Int32(child.line(within: .seconds(10)) ?? "")))
        #expect(worker.parent == child.pid)
        child.stop()
        // Killed, and gone once init has waited for it.
        let began = ContinuousClock.now
        while worker.threadCount ?? 0 > 0, ContinuousClock.now - began < .seconds(8) {
            sleep(milliseconds: 1)
        }
        #expect(worker.threadCount ?? 0 == 0)
    }

    @Test(arguments: [Int32.min, -2, -1, 0, 1, 4_194_304, ProcessFigures.ownPID])
    func killsNoGroupButAChilds(pid: Int32) {
        #expect(load_kill_group(pid) == -1)
    }

    @Test
    func killsNoGroupOfAChildThatLeadsNone() throws {
        let child = try shell("exec sleep 100")
        #expect(load_kill_group(child.pid) == -1)
        #expect(child.isRunning)
        child.stop()
        #expect(!child.isRunning)
    }

    @Test
    func keepsTheOutputOfOneThatNobodyListensTo() throws {
        // More than a pipe holds: it would stop there.
        let child = try ChildProcess(
            executable: "/bin/sh",
            arguments: [
                "-c", "i=0; while [ $i -lt 3000 ]; do echo 0123456789012345678901234567890; i=$((i+1)); done",
            ],
            output: .withErrors)
        #expect(child.wait(within: .seconds(30)) == 0)
        #expect(child.errors.count == 64 << 10 || child.errors.count == 3000 * 32)
    }
}

struct ChildProcessLogTests {
    @Test
    func hasTheEndOfALongLogAndAllOfIt() throws {
        let child = try ChildProcess(
            executable: "/bin/sh",
            arguments: [
                "-c",
                "i=0; while [ $i -lt 3000 ]; do echo line $i 6789012345678; i=$((i+1)); done; echo the end",
            ],
            output: .withErrors)
        #expect(child.wait(within: .seconds(30)) == 0)
        #expect(child.errors.utf8.count == 64 << 10)
        #expect(child.errors.hasSuffix("\nthe end\n"))
        #expect(child.allErrors.hasPrefix("line 0 "))
        #expect(child.allErrors.split(separator: "\n").count == 3001)
    }
}

struct ProcessTreeTests {
    @Test
    func hasAServersWorkersAndTheirs() throws {
        let child = try ChildProcess(
            executable: "/bin/sh",
            arguments: ["-c", "(sleep 100 & echo $!; wait) & echo $!; wait"], leadsGroup: true)
        let tree = ProcessTree(root: child.pid)
        let lines = [child.line(within: .seconds(10)), child.line(within: .seconds(10))]
        let workers = lines.compactMap { $0.flatMap { Int32($0) } }
        #expect(Set(tree.members) == Set(workers + [child.pid]))
        #expect(tree.members.first == child.pid)
        #expect(try #require(tree.peakMemory) > ProcessFigures(pid: child.pid).peakMemory ?? .max)
        child.stop()
        #expect(tree.members.isEmpty && tree.cpuNanoseconds == nil && tree.peakMemory == nil)
    }

    @Test
    func countsTheTimeOfWorkersThatHaveEnded() throws {
        let child = try ChildProcess(
            executable: "/bin/sh",
            arguments: [
                "-c", "(i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done); echo done; exec sleep 100",
            ])
        #expect(child.line(within: .seconds(30)) == "done")
        let own = try #require(ProcessFigures(pid: child.pid).cpuNanoseconds)
        let all = try #require(ProcessTree(root: child.pid).cpuNanoseconds)
        // Counted in ticks of 10 ms; the loop takes some hundred.
        #expect(all >= own + 20_000_000)
        child.stop()
    }
}

struct FreePortsTests {
    @Test func givesPortsThatNobodyHasEachOnce() throws {
        var ports = FreePorts(from: 21_000)
        let first = try ports.next()
        let (socket, endpoint) = try TCPSocket.listen(port: try ports.next(), backlog: 1)
        var again = FreePorts(from: endpoint.port)
        #expect(first < endpoint.port)
        #expect(try again.next() > endpoint.port)
        _ = socket
    }

    /// As where load tests widen `ip_local_port_range`.
    @Test func takesFromTheClientsWhereTheyGetAllThereAre() throws {
        var ports = FreePorts(from: 21_000, clientsGetFrom: 1024)
        #expect(try ports.next() >= 21_000)
    }
}
