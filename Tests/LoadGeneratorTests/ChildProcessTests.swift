import CLoadPlatform
import LoadGenerator
import Testing

struct ChildProcessTests {
    private func shell(_ script: String, _ environment: [String: String] = [:]) throws -> ChildProcess {
        try ChildProcess(executable: "/bin/sh", arguments: ["-c", script], environment: environment)
    }

    @Test(.timeLimit(.minutes(1)))
    func givesTheFirstLineAndTheErrors() throws {
        let child = try shell("echo trouble >&2; echo \"ready $WORD\"; exec sleep 100", ["WORD": "now"])
        #expect(child.line(within: .seconds(10)) == "ready now")
        #expect(child.errors == "trouble\n")
        #expect(child.stop() == nil)
    }

    @Test(.timeLimit(.minutes(1)))
    func givesNoLineOfAChildThatEnds() throws {
        let child = try shell("exit 3")
        #expect(child.line(within: .seconds(10)) == nil)
        #expect(child.wait(within: .seconds(10)) == 3)
        #expect(child.stop() == 3)
    }

    @Test(.timeLimit(.minutes(1)))
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

    @Test(.timeLimit(.minutes(1)))
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
}
