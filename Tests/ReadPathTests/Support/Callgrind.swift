#if !DEBUG
    import Foundation
    import LoadGenerator
    import Testing

    /// Runs a program under callgrind: from a copy without debug information, which valgrind 3.19 cannot read as
    /// Swift writes it.
    struct Callgrind {
        private let folder: URL
        private let executable: String

        /// Calls with a copy of the program, which is gone after.
        static func using<Result>(_ program: Program, _ body: (Callgrind) throws -> Result) throws -> Result {
            let folder = FileManager.default.temporaryDirectory.appending(path: "read-path-\(UUID())")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            let copy = folder.appending(path: program.rawValue).path
            let strip = try ChildProcess(
                executable: try Tool.strip.path(),
                arguments: ["--strip-debug", "-o", copy, try program.path()])
            try #require(strip.wait(within: .seconds(60)) == 0, "\(strip.errors)")
            return try body(Callgrind(folder: folder, executable: copy))
        }

        /// All instructions of the program's life, in which it takes so many bodies of 30 MB.
        func instructions(of subject: Subject, bodies: Int) throws -> Double {
            let profile = folder.appending(path: "profile-\(UUID())")
            let server = try RunningServer(
                subject,
                wrapper: [
                    try Tool.valgrind.path(), "--tool=callgrind", "--quiet", "--vgdb=no",
                    "--callgrind-out-file=\(profile.path)",
                ], executable: executable)
            let session = try server.session(.large)
            try server.take(bodies, of: .large, over: session)
            session.disconnect()
            try end(server)
            let lines = String(decoding: try Data(contentsOf: profile), as: UTF8.self).split(separator: "\n")
            let totals = lines.first { $0.hasPrefix("totals:") }
            return try #require(
                totals?.split(separator: " ").last.flatMap { Double($0) }, "callgrind has written no totals")
        }

        /// A thread that waits in `io_uring_enter` keeps valgrind's lock, and no other thread moves, not even to
        /// end the process: so it is woken, by small requests, until the process is gone. They are some
        /// thousand instructions.
        private func end(_ server: RunningServer) throws {
            let process = ProcessView(pid: server.child.pid)
            let control = ControlClient(endpoint: server.endpoint, timeout: .milliseconds(200))
            for _ in 0..<600 {
                kill(server.child.pid, SIGTERM)
                if try process.hasEnded {
                    // Its first thread has: another may still be writing the profile.
                    _ = server.child.wait(within: .seconds(30))
                    return
                }
                _ = try? control.get("/health")
                sleep(milliseconds: 10)
            }
            throw Unreadable(what: "the profile of a process that does not end")
        }
    }
#endif
