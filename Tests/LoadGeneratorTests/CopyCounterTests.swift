import LoadGenerator
import Testing

/// The interposer, preloaded into a real program. Its library stands beside the test bundle.
struct CopyCounterTests {
    @Test
    func countsWhatAProgramCopiesAndAllocates() throws {
        let counter = try CopyCounter()
        #expect(!counter.isLoaded)
        let library = try #require(CopyCounter.library(beside: CommandLine.arguments[0]))
        // dd copies nothing by a call of its own, but allocates its block. The shell before it says when it
        // is done, and counts too: both are told to.
        let child = try ChildProcess(
            executable: "/bin/sh",
            arguments: ["-c", "dd if=/dev/zero of=/dev/null bs=3000000 count=1 && echo done"],
            environment: counter.environment(library: library))
        #expect(child.line(within: .seconds(10)) == "done")
        child.stop()
        #expect(counter.isLoaded)
        #expect(counter.total.bytesAllocated >= 3_000_000)
        #expect(counter.total.bytesCopied < 100_000)
        #expect(counter.threads.count >= 1)
    }

    @Test func isNotLoadedByAProgramThatIsNotToldTo() throws {
        let counter = try CopyCounter()
        let child = try ChildProcess(executable: "/bin/true", arguments: [])
        _ = child.line(within: .seconds(10))
        #expect(!counter.isLoaded)
    }
}
