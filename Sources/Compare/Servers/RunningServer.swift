internal import LoadGenerator

/// A server that was started for one cell.
final class RunningServer {
    let endpoint: Endpoint
    private let child: ChildProcess
    private let tree: ProcessTree

    /// How to start each server.
    struct Commands: Sendable {
        let peersFolder: String
        let service: String
        /// Where the slow service of `/fanout` listens.
        let slowPort: UInt16
        /// How many calls may wait for a thread of Sluice's where it is to refuse the others.
        static let shortQueue = 64

        /// - Parameter refuses: whether the server is to refuse whom it could not serve within the cell: Sluice's
        ///   line for threads is then kept short.
        func command(_ server: Server, port: UInt16, threads: Int, refuses: Bool) -> [String] {
            let options = ["--port", "\(port)", "--threads", "\(threads)", "--slow-port", "\(slowPort)"]
            return server.isOwn
                ? [service, "serve"] + options + ["--compute-threads", "\(threads)"]
                    + (refuses ? ["--compute-queue", "\(Self.shortQueue)"] : [])
                    + (server == .landed ? ["--landed"] : [])
                : [peersFolder + "/serve", server.name] + options
        }
    }

    /// Starts it and waits until it answers and has come to rest.
    ///
    /// - Throws: ``CompareError`` with its last words when it does not.
    init(command: [String], kind: Server.Kind, port: UInt16, patience: Duration = .seconds(30)) throws {
        guard isExecutable(command[0]) else {
            throw CompareError("\(command[0]) is not there, or not executable")
        }
        endpoint = .loopback(port: port)
        // What it says is kept, but for its last words nobody reads it.
        child = try ChildProcess(
            executable: command[0], arguments: Array(command.dropFirst()), output: .withErrors,
            leadsGroup: true)
        tree = ProcessTree(root: child.pid)
        Interruption.guarding(child)
        let deadline = ContinuousClock.now + patience
        while !answers(kind) {
            let hasEnded = !child.isRunning
            guard !hasEnded, ContinuousClock.now < deadline else {
                stop()
                throw CompareError(
                    (hasEnded ? "it ended before it answered" : "it did not answer within \(patience)")
                        + lastWords)
            }
            sleep(milliseconds: 20)
        }
        rest()
    }

    private func answers(_ kind: Server.Kind) -> Bool {
        do {
            switch kind {
            case .http: _ = try ControlClient(endpoint: endpoint, timeout: .seconds(2)).get(Route.hello.path)
            case .grpc: _ = try RawConnection(to: endpoint, timeout: .seconds(2))
            }
            return true
        } catch LoadFailure.status {
            return true
        } catch {
            return false
        }
    }

    /// Waits until it does nothing: the second worker of a server may still be importing when the first answers.
    private func rest() {
        var before = tree.cpuNanoseconds ?? 0
        for _ in 0..<30 {
            sleep(milliseconds: 100)
            let now = tree.cpuNanoseconds ?? 0
            if now &- before < 5_000_000 { return }
            before = now
        }
    }

    /// The processor time of it and its workers so far, in nanoseconds.
    var cpuNanoseconds: UInt64? { tree.cpuNanoseconds }
    /// The most memory it and its workers have had, in bytes.
    var peakMemory: Int? { tree.peakMemory }
    /// It and its workers.
    var processes: [Int32] { tree.members }

    /// Asks it to end, waits, and kills what is left of its process group.
    func stop() {
        child.stop(within: .seconds(5))
        Interruption.release(child)
    }

    private var lastWords: String {
        let lines = child.errors.split(separator: "\n").suffix(3)
        return lines.isEmpty ? "" : ": " + lines.joined(separator: " | ")
    }
}
