#if !DEBUG
    import Foundation
    import Reduction
    import Testing

    @testable import LoadGenerator

    /// A subject that runs, until this value is dropped.
    final class RunningServer: Sendable {
        let subject: Subject
        let child: ChildProcess
        let endpoint: Endpoint

        /// - Parameters:
        ///   - memory: the budget of landed bodies; three of 30 MB fit.
        ///   - unixPath: where it listens instead; then it has no endpoint.
        ///   - wrapper: a command that starts the one that follows it, as `strace` does.
        ///   - executable: the program, where it is not the one that was built.
        init(
            _ subject: Subject, threads: Int = 1, memory: Int = 96 << 20, unixPath: String? = nil,
            wrapper: [String] = [], executable: String? = nil, environment: [String: String] = [:]
        ) throws {
            self.subject = subject
            var command = wrapper
            command.append(try executable ?? subject.program.path())
            command += subject.arguments(threads: threads, memory: memory, unixPath: unixPath)
            child = try ChildProcess(
                executable: command[0], arguments: Array(command.dropFirst()), environment: environment)
            let line = child.line(within: .seconds(60)) ?? ""
            guard unixPath == nil else {
                endpoint = .loopback(port: 0)
                return
            }
            let port = line.split(separator: ":").last.flatMap { UInt16($0.prefix(while: \.isNumber)) }
            let errors = child.errors
            endpoint = .loopback(
                port: try #require(port, "\(command.joined(separator: " ")) said: \(line)\n\(errors)"))
        }

        /// Killed: what it would say at a graceful end is not looked at, and under valgrind it never comes.
        deinit { child.stop(within: .zero) }

        /// Sends so many bodies, and expects each to be answered right.
        func take(_ requests: Int, of body: Body, over session: LoadSession) throws {
            let outcome = try session.run(.requests(requests))
            try #require(
                outcome.right == requests,
                "\(subject): \(outcome.right) of \(requests) right: \(outcome.failures.first?.text ?? "wrong")"
            )
        }

        /// What is sent with this body, and what must come back.
        func plan(_ body: Body, connections: Int = 1) -> LoadPlan {
            LoadPlan(
                endpoint: endpoint, target: "/predict?columns=\(body.columns)", fields: subject.fields,
                body: body.bytes,
                expectedAnswer: .bytes(subject.countsOnly ? body.byteCountAnswer : body.answer),
                connections: connections, congestionControl: nil)
        }

        /// Connections that send this body.
        func session(_ body: Body, connections: Int = 1) throws -> LoadSession {
            let session = LoadSession(plan: plan(body, connections: connections), engine: .blocking)
            try session.connect()
            return session
        }

        /// What some quantity of the server grows by with each request, after so many that warm it up.
        func slope(
            of body: Body, warmUp: Int = 20, over requests: Int = 100, _ quantity: () throws -> Double
        ) throws -> Double {
            let session = try session(body)
            defer { session.disconnect() }
            try take(warmUp, of: body, over: session)
            let before = try quantity()
            try take(requests, of: body, over: session)
            return (try quantity() - before) / Double(requests)
        }

        /// Counted when the server has begun to serve and no more threads appear: those of the Swift runtime
        /// start when they are first needed.
        func idleThreads() throws -> Int {
            let session = try session(.small, connections: 4)
            defer { session.disconnect() }
            try take(8, of: .small, over: session)
            let process = ProcessView(pid: child.pid)
            var (count, unchanged) = (0, 0)
            while unchanged < 30 {
                let now = try process.threads().count
                unchanged = now > count ? 0 : unchanged + 1
                count = max(count, now)
                sleep(milliseconds: 10)
            }
            return count
        }
    }

    /// What is sent.
    struct Body: Sendable {
        let bytes: RequestBody
        let columns: Int
        let answer: [UInt8]
        var byteCountAnswer: [UInt8] { Self.answer(Float(bytes.byteCount)) }

        /// 30 MB: the body this project began with.
        static let large = make(valueCount: 7_500_000, columns: 2500)
        /// 4 bytes: a request that is all overhead.
        static let small = make(valueCount: 1, columns: 1)

        static func make(valueCount: Int, columns: Int) -> Body {
            guard let bytes = try? RequestBody(valueCount: valueCount, seed: 3) else {
                preconditionFailure("no memory for a body")
            }
            let value = bytes.withValues { ScalarTwin.rowMeanStd($0, columns: columns) }
            return Body(bytes: bytes, columns: columns, answer: answer(value))
        }

        private static func answer(_ value: Float) -> [UInt8] {
            (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * UInt32($0))) }
        }
    }
#endif
