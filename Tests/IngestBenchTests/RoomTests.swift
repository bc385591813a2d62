import ArgumentParser
import LoadGenerator
import Testing

@testable import IngestBench

struct RoomTests {
    private func settings(_ arguments: String...) throws -> Settings {
        try Settings(try Options.parse(arguments))
    }

    private func refusal(memory: Int?, _ settings: Settings) -> String? {
        Room(memory: memory, descriptors: 20_000).refusal(of: settings, servers: 3)
    }

    @Test func hasToHoldTheClientsBody() throws {
        let settings = try settings("--size", "300MB")
        #expect(refusal(memory: 1_000_000_000, settings) == nil)
        #expect(refusal(memory: nil, settings) == nil)
        let reason = try #require(refusal(memory: 800_000_000, settings))
        #expect(reason.contains("the client's body would take 300.0MB"))
        #expect(reason.contains("800.0MB"))
        // With sendfile the body is in memory twice.
        let twice = try self.settings("--size", "300MB", "--sender", "sendfile")
        #expect(refusal(memory: 1_000_000_000, twice)?.contains("600.0MB") == true)
    }

    @Test func hasToHoldTheBodiesThatAreLanded() throws {
        let streamed = try settings("--size", "30MB", "--connections", "64")
        #expect(refusal(memory: 3_000_000_000, streamed) == nil)
        let landed = try settings("--size", "30MB", "--connections", "64", "--body", "landed")
        #expect(refusal(memory: 3_000_000_000, landed)?.contains("landing every body") == true)
        #expect(refusal(memory: 24_000_000_000, landed) == nil)
        // The slow clients' bodies are landed too.
        let slow = try settings(
            "--size", "30MB", "--connections", "1", "--body", "landed", "--slow-clients", "63")
        #expect(refusal(memory: 3_000_000_000, slow)?.contains("landing every body") == true)
    }

    @Test func isLookedAtBeforeAnythingIsAllocated() throws {
        let settings = try settings("--size", "4KB", "--url", "http://127.0.0.1:1", "--no-limits")
        let error = try #require(throws: BenchError.self) {
            try Measurement(settings: settings).run(in: Room(memory: 4000, descriptors: 20_000))
        }
        #expect(error.description.contains("the client's body"))
    }
}
