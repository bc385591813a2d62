#if !DEBUG
    import Foundation
    import Testing

    @testable import LoadGenerator

    extension Check {
        /// The most memory, in bytes, that 1,000 uploads of 30 MB at once made the server hold.
        static let crowdMemory = Check(name: "peak-memory-of-1000-uploads") {
            Double(try Crowd.outcome(on: $0).peakMemory)
        }

        /// The most that Linux held for their connections, in bytes, at both ends.
        static let crowdSocketMemory = Check(name: "socket-memory-of-1000-uploads") {
            Double(try Crowd.outcome(on: $0).socketMemory)
        }

        /// Processor seconds in a second that 500 clients of 80 KiB/s cost.
        static let slowClientsProcessor = Check(name: "processor-share-of-500-slow-clients") { subject in
            let server = try RunningServer(subject, threads: 2, memory: 320 << 20)
            let idle = try server.idleThreads()
            // Little enough for all that land one to have their slot.
            let body = Body.make(valueCount: 150_000, columns: 2500)
            let slow = try PacedUploads(
                server.plan(body), rates: Array(repeating: 80 << 10, count: 500))
            let figures = ProcessFigures(pid: server.child.pid)
            // Past the connecting.
            sleep(milliseconds: 1000)
            let (before, began) = (try #require(figures.cpuNanoseconds), monotonicNanoseconds())
            sleep(milliseconds: 9000)
            let elapsed = monotonicNanoseconds() - began
            let spent = try #require(figures.cpuNanoseconds) - before
            let threads = try ProcessView(pid: server.child.pid).threads().count
            let outcome = slow.stop()
            // A worse reader has a thread for each, which is shown elsewhere.
            if case .sluice = subject {
                try #require(threads <= idle, "\(threads) threads, \(idle) when idle")
            }
            try #require(
                outcome.right >= 400 && outcome.wrong == 0 && outcome.failures.total == 0,
                "\(outcome.right) right, \(outcome.wrong) wrong, \(outcome.failures.first?.text ?? "none failed")"
            )
            return Double(spent) / Double(elapsed)
        }
    }

    extension ReadPath {
        struct Crowds {
            @Test func of1000UploadsHoldLittleMemory() throws { try Check.crowdMemory.holds(for: .streamed) }

            @Test func of1000UploadsHoldLittleSocketMemory() throws {
                try Check.crowdSocketMemory.holds(for: .streamed)
            }

            @Test func showABufferForEachConnection() throws { try Check.crowdMemory.catches(.ownBuffers) }

            @Test func showBuffersThatLinuxChose() throws { try Check.crowdSocketMemory.catches(.untuned) }

            @Test(arguments: [Reading.streamed, .landed])
            func ofSlowClientsCostLittle(reading: Reading) throws {
                try Check.slowClientsProcessor.holds(for: reading)
            }

            @Test func ofSlowClientsShowPiecesOfAKilobyte() throws {
                try Check.slowClientsProcessor.catches(.smallPieces)
            }
        }
    }

    /// 1,000 uploads of 30 MB at once, half of them as fast as they go, half at 2 MB/s.
    enum Crowd {
        static let clients = 1000
        /// Ten times what it takes: for a server that holds a window for each slow client, which ends some day.
        private static let patience = Duration.seconds(300)

        struct Outcome {
            var peakMemory = 0
            var socketMemory = 0
        }

        /// Both figures come from one run: half a minute, and 30 GB.
        private static let ofSluice = Result {
            try run(on: .sluice(.streamed), slowBytesPerSecond: 2_000_000)
        }

        static func outcome(on subject: Subject) throws -> Outcome {
            if case .sluice = subject { return try ofSluice.get() }
            // A control shows what it has to show without slow ones.
            return try run(on: subject, slowBytesPerSecond: nil)
        }

        /// - Throws: also if one is not answered right.
        private static func run(on subject: Subject, slowBytesPerSecond: Int?) throws -> Outcome {
            let server = try RunningServer(subject, threads: 2)
            var plan = server.plan(.large)
            plan.sendBufferBytes = 32 << 10
            plan.timeout = .seconds(60)
            let idle = try socketMemory()
            let crowd = try PacedUploads(
                plan, rates: (0..<clients).map { $0 % 2 == 0 ? nil : slowBytesPerSecond }, requests: 1)
            var outcome = Outcome()
            let deadline = monotonicNanoseconds() + patience.nanoseconds
            while !crowd.isFinished, monotonicNanoseconds() < deadline {
                outcome.socketMemory = max(outcome.socketMemory, try socketMemory() - idle)
                sleep(milliseconds: 20)
            }
            // All of them, unless it is past the deadline: then some are missing below.
            let answers = crowd.stop()
            outcome.peakMemory = try #require(ProcessFigures(pid: server.child.pid).peakMemory)
            let reason = answers.failures.first?.text ?? "wrong, or not done in \(patience)"
            try #require(
                answers.right == clients, "\(subject): \(answers.right) of \(clients) right: \(reason)")
            return outcome
        }

        /// What Linux holds for all TCP connections of this machine, in bytes.
        private static func socketMemory() throws -> Int {
            let text = String(decoding: readFile("/proc/net/sockstat") ?? [], as: UTF8.self)
            let line = text.split(separator: "\n").first { $0.hasPrefix("TCP:") }
            guard let pages = line?.split(separator: " ").last.flatMap({ Int($0) }) else {
                throw Unreadable(what: "/proc/net/sockstat")
            }
            return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
        }
    }
#endif
