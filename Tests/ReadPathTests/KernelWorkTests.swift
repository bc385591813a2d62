#if !DEBUG
    import Foundation
    import LoadGenerator
    import Testing

    extension Check {
        /// Completions for a body on one connection, by Linux's own counter: the data, one for the head, one for
        /// the response.
        static let completions = Check(name: "completions-per-body") { subject in
            let server = try RunningServer(subject)
            let process = ProcessView(pid: server.child.pid)
            return try server.slope(of: .large, warmUp: 5, over: 20) { try process.completions() }
        }

        /// System calls for a body on one connection, as strace sees them.
        static let systemCalls = Check(name: "system-calls-per-body") { subject in
            let log = FileManager.default.temporaryDirectory.appending(path: "read-path-\(UUID()).strace")
            defer { try? FileManager.default.removeItem(at: log) }
            // -D: the server, not strace, is the child that is stopped.
            let server = try RunningServer(
                subject, wrapper: [try Tool.strace.path(), "-D", "-f", "-qq", "-o", log.path])
            return try server.slope(of: .large, warmUp: 2, over: 4) {
                // A call that another thread's interrupts is on two lines.
                let lines = String(decoding: try Data(contentsOf: log), as: UTF8.self).split(separator: "\n")
                return Double(lines.count { $0.contains("(") && !$0.contains(" resumed>") })
            }
        }
    }

    extension ReadPath {
        struct Completions {
            @Test(arguments: Reading.allCases)
            func ofABodyAreAboutOneForAWindow(reading: Reading) throws {
                try Check.completions.holds(for: reading)
            }

            @Test func ofAPlainReaderAreAboutOneForAWindow() throws {
                try Check.completions.passesPlainReader()
            }

            @Test func showSmallPieces() throws { try Check.completions.catches(.smallPieces) }

            /// The counters that anyone can ask for, held against Linux's.
            @Test(arguments: Reading.allCases)
            func areTheServersOwnFigure(reading: Reading) throws {
                let server = try RunningServer(.sluice(reading))
                let process = ProcessView(pid: server.child.pid)
                let session = try server.session(.large)
                defer { session.disconnect() }
                try server.take(2, of: .large, over: session)
                let before = try (server.metrics(), process.completions())
                try server.take(10, of: .large, over: session)
                let after = try (server.metrics(), process.completions())
                func growth(_ name: String) throws -> Double {
                    try #require(after.0[name]) - #require(before.0[name])
                }
                // Each asking is a connection of its own, with some completions; the data is the bodies' alone. A head
                // has one more, and its answer none: that is sent at once.
                let all = after.1 - before.1
                let counted = try growth("sluice_completions_total")
                #expect(abs(counted - all) <= 10, "Linux counted \(all), Sluice \(counted)")
                let data = try growth("sluice_body_receive_completions_total")
                #expect((all - 30)...all ~= data + 10, "Linux counted \(all), Sluice \(data) with data")
            }
        }

        struct SystemCalls {
            @Test(arguments: Reading.allCases)
            func ofABodyAreAboutOneForACompletion(reading: Reading) throws {
                try Check.systemCalls.holds(for: reading)
            }

            @Test func ofAPlainReaderAreAboutOneForACompletion() throws {
                try Check.systemCalls.passesPlainReader()
            }

            @Test func showSmallPieces() throws { try Check.systemCalls.catches(.smallPieces) }
        }
    }

    extension RunningServer {
        /// What `/metrics` says.
        func metrics() throws -> [String: Double] {
            let text = String(decoding: try ControlClient(endpoint: endpoint).get("/metrics"), as: UTF8.self)
            var values: [String: Double] = [:]
            for line in text.split(separator: "\n") where !line.hasPrefix("#") {
                let words = line.split(separator: " ")
                if words.count == 2, let value = Double(words[1]) { values[String(words[0])] = value }
            }
            return values
        }
    }
#endif
