#if !DEBUG
    import Foundation
    import LoadGenerator
    import Testing

    extension Check {
        /// Heap allocations of the threads that serve connections, for a request on a connection in use.
        static let allocations = Check(name: "allocations-per-request") { subject in
            let counter = try CopyCounter()
            let server = try RunningServer(
                subject, environment: counter.environment(library: try Program.copyCounter.path()))
            let process = ProcessView(pid: server.child.pid)
            func slope(_ body: Body) throws -> Double {
                try server.slope(of: body) {
                    let threads = try process.reactorThreads()
                    return counter.threads.filter { threads.contains($0.thread) }
                        .reduce(0) { $0 + Double($1.counts.allocations) }
                }
            }
            return try max(slope(.large), slope(.small))
        }

        /// Page faults of the whole process for a request.
        static let pageFaults = Check(name: "page-faults-per-request") { subject in
            let server = try RunningServer(subject)
            let figures = ProcessFigures(pid: server.child.pid)
            return try server.slope(of: .large) { Double(try #require(figures.pageFaults)) }
        }

        /// The most memory, in bytes, that 64 uploads of 30 MB at once made the server hold.
        static let peakMemory = Check(name: "peak-memory-of-64-uploads") { subject in
            let server = try RunningServer(subject, threads: 2)
            let session = try server.session(.large, connections: 64)
            let outcome = try session.run(.requests(64))
            // Landed bodies over the budget wait for memory, and some of them in vain.
            try #require(
                outcome.right + outcome.failures.status == 64 && outcome.right > 0,
                "\(subject): \(outcome.right) of 64 right: \(outcome.failures.first?.text ?? "wrong answers")"
            )
            return Double(try #require(ProcessFigures(pid: server.child.pid).peakMemory))
        }
    }

    extension ReadPath {
        struct Allocations {
            @Test(arguments: [Reading.streamed, .landed])
            func ofARequestAreNone(reading: Reading) throws { try Check.allocations.holds(for: reading) }

            @Test func ofARequestThatShowsATokenAndAnOriginAreNone() throws {
                let path = FileManager.default.temporaryDirectory
                    .appending(path: "sluice-token-\(UUID().uuidString)").path()
                defer { try? FileManager.default.removeItem(atPath: path) }
                let isThere = FileManager.default.createFile(
                    atPath: path, contents: Data("c2VjcmV0".utf8), attributes: [.posixPermissions: 0o600])
                try #require(isThere)
                let subject = Subject.guarded(
                    tokenFile: path, token: "c2VjcmV0", origin: "https://a-page-of-ours.example")
                try Check.allocations.holds(for: subject, by: .streamed)
            }

            @Test func ofAPlainReaderAreNone() throws { try Check.allocations.passesPlainReader() }

            @Test func showOneMallocForARequest() throws { try Check.allocations.catches(.allocation) }
        }

        struct PageFaults {
            @Test(arguments: [Reading.streamed, .landed])
            func ofARequestAreNone(reading: Reading) throws { try Check.pageFaults.holds(for: reading) }

            @Test func ofAPlainReaderAreNone() throws { try Check.pageFaults.passesPlainReader() }

            @Test func showFreshMemoryForARequest() throws { try Check.pageFaults.catches(.freshMemory) }
        }

        struct PeakMemory {
            @Test(arguments: [Reading.streamed, .landed])
            func of64UploadsIsThatOfTheWindowsOrTheBudget(reading: Reading) throws {
                try Check.peakMemory.holds(for: reading)
            }

            @Test(arguments: [Reading.streamed, .landed])
            func showsABufferForEachConnection(reading: Reading) throws {
                try Check.peakMemory.catches(.ownBuffers, by: reading)
            }
        }
    }
#endif
