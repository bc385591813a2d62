#if !DEBUG
    import Foundation
    import LoadGenerator
    import Testing

    /// What Linux says of a process and its threads.
    struct ProcessView {
        let pid: Int32

        /// Whether it is only waiting for its parent to ask how it ended.
        var hasEnded: Bool { get throws { try statFields()[0] == "Z" } }

        /// Ids and names of its threads; Linux's own workers for it are among them.
        func threads() throws -> [(id: Int, name: String)] {
            try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task").compactMap { entry in
                // Gone between the two looks: not a thread.
                guard let id = Int(entry), let name = readFile("/proc/\(pid)/task/\(entry)/comm") else {
                    return nil
                }
                return (id, String(decoding: name, as: UTF8.self).trimmingCharacters(in: .newlines))
            }
        }

        /// Its threads that serve connections.
        func reactorThreads() throws -> Set<Int> {
            let found = Set(try threads().filter { $0.name.hasPrefix("sluice-") }.map(\.id))
            try #require(!found.isEmpty, "no thread is called sluice-N")
            return found
        }

        /// Completions that Linux has put into its rings, by Linux's own counter.
        func completions() throws -> Double {
            var total = 0.0
            for entry in try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fdinfo") {
                let link = "/proc/\(pid)/fd/\(entry)"
                guard
                    (try? FileManager.default.destinationOfSymbolicLink(atPath: link))
                        == "anon_inode:[io_uring]"
                else { continue }
                total += try completions(ofRing: entry)
            }
            return total
        }

        private func completions(ofRing descriptor: String) throws -> Double {
            // Linux leaves the counters out while it holds the ring's lock.
            for _ in 0..<1000 {
                let text = String(
                    decoding: readFile("/proc/\(pid)/fdinfo/\(descriptor)") ?? [], as: UTF8.self)
                let line = text.split(separator: "\n").first { $0.hasPrefix("CqTail:") }
                if let value = line?.split(whereSeparator: \.isWhitespace).last.flatMap({ Double($0) }) {
                    return value
                }
                sleep(milliseconds: 1)
            }
            throw Unreadable(what: "CqTail in /proc/\(pid)/fdinfo/\(descriptor)")
        }

        /// Seconds of processor time spent outside Linux. It is sampled: only long stretches mean anything.
        func userSeconds() throws -> Double {
            let fields = try statFields()
            // utime is the 14th field, the 12th after the name.
            guard fields.count > 11, let ticks = Double(fields[11]) else {
                throw Unreadable(what: "/proc/\(pid)/stat")
            }
            return ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
        }

        /// The fields of its `stat` after the name, which stands in parentheses and may hold anything.
        private func statFields() throws -> [Substring] {
            let text = String(decoding: readFile("/proc/\(pid)/stat") ?? [], as: UTF8.self)
            guard let nameEnd = text.lastIndex(of: ")") else { throw Unreadable(what: "/proc/\(pid)/stat") }
            return text[nameEnd...].dropFirst().split(separator: " ")
        }
    }

    struct Unreadable: Error {
        let what: String
    }
#endif
