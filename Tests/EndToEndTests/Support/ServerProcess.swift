import Glibc
import Testing

/// The `sluice` command, started as a process of its own and known only by what it prints and answers.
final class ServerProcess {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    let processID: pid_t
    private(set) var line = ""
    /// What it asks for, where a test has it ask for one.
    var token: String?
    private let outputPath: String
    private let logPath: String
    private let filterPath: String
    private var exitStatus: Int32?

    /// The command that was built beside these tests.
    static let executable = program("sluice")

    /// A program that was built beside these tests.
    static func program(_ name: String) -> String {
        let ownPath = ProcessFile.target(ofLink: "/proc/self/exe")
        let folder = ownPath.split(separator: "/").dropLast().joined(separator: "/")
        let found = "/\(folder)/\(name)"
        guard unsafe access(found, X_OK) == 0 else {
            fatalError("\(found) is not there: `swift build` makes it, and these tests need it")
        }
        return found
    }

    /// - Parameters:
    ///   - descriptors: the limit on open descriptors, hard and soft, to start it with.
    ///   - filter: the system calls that it may make.
    convenience init(
        _ arguments: [String], descriptors: Int? = nil, filter: SeccompFilter? = nil
    ) throws {
        var command = [Self.executable] + arguments
        if let descriptors {
            command = ["/bin/sh", "-c", "ulimit -n \(descriptors) && exec \"$0\" \"$@\""] + command
        }
        try self.init(command: command, filter: filter)
    }

    /// - Parameters:
    ///   - descriptorThree: what it finds open as descriptor 3.
    ///   - filter: the system calls that it may make.
    init(command: [String], descriptorThree: Int32? = nil, filter: SeccompFilter? = nil) throws {
        var command = command
        let path = temporaryPath()
        outputPath = path + ".out"
        logPath = path + ".log"
        filterPath = path + ".filter"
        if let filter { command = try filter.launcher(at: filterPath) + command }
        processID = try Self.spawn(command, output: outputPath, log: logPath, descriptorThree)
    }

    private static func spawn(
        _ command: [String], output: String, log: String, _ descriptorThree: Int32?
    ) throws -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        unsafe posix_spawn_file_actions_addopen(&actions, 2, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        if let descriptorThree {
            unsafe posix_spawn_file_actions_adddup2(&actions, descriptorThree, 3)
        }
        // The tests' own mask would otherwise be the server's.
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        unsafe sigemptyset(&none)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var words: [UnsafeMutablePointer<CChar>?] = unsafe command.map { unsafe strdup($0) } + [nil]
        defer { unsafe words.forEach { unsafe free($0) } }
        var processID: pid_t = 0
        let outcome = unsafe posix_spawn(&processID, command[0], &actions, &attributes, &words, environ)
        guard outcome == 0 else { throw Failure(description: "cannot start \(command)") }
        return processID
    }

    deinit {
        if exitStatus == nil {
            kill(processID, SIGKILL)
            _ = try? waitForExit()
        }
        unsafe unlink(outputPath)
        unsafe unlink(logPath)
        unsafe unlink(filterPath)
    }

    // MARK: Start and end

    /// Reads the line that says where it listens.
    func waitUntilReady() throws {
        let isThere = eventually {
            line = output
            return line.hasSuffix("\n") || !isRunning
        }
        guard isThere, line.hasSuffix("\n") else {
            throw Failure(description: "the server did not say that it listens: \(line) \(log)")
        }
        line.removeLast()
    }

    /// What it has printed, and what it has logged.
    var output: String { ProcessFile.text(outputPath) ?? "" }
    var log: String { ProcessFile.text(logPath) ?? "" }

    func signal(_ number: Int32) { kill(processID, number) }

    /// The exit code, or 128 and the signal that ended it, as a shell would say.
    func waitForExit(within duration: Duration = Deadline.patience) throws -> Int32 {
        if let exitStatus { return exitStatus }
        var status: Int32 = 0
        let ended = eventually(within: duration) { unsafe waitpid(processID, &status, WNOHANG) == processID }
        guard ended else { throw Failure(description: "the server does not end: \(log)") }
        let code = status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + (status & 0x7F)
        exitStatus = code
        return code
    }

    var isRunning: Bool {
        exitStatus == nil && ProcessFile.text("/proc/\(processID)/stat")?.contains(") Z ") == false
    }

    /// From the line it printed.
    var address: ServerAddress {
        get throws {
            let word = line.split(separator: " ").first { $0.hasPrefix("http://") || $0.hasPrefix("unix:") }
            guard let word else { throw Failure(description: "no address in: \(line)") }
            if word.hasPrefix("unix:") { return .unix(path: String(word.dropFirst(5))) }
            guard let port = word.split(separator: ":").last.flatMap({ UInt16($0) }), port > 0 else {
                throw Failure(description: "no port in: \(line)")
            }
            return word.contains("[::1]") ? .tcp6(port: port) : .tcp(port: port)
        }
    }

    func connect() throws -> Client { try Client(address) }

    func ask(_ bytes: [UInt8]) throws -> Answer { try connect().ask(bytes) }
    func ask(_ text: String) throws -> Answer { try connect().ask(text) }
}

/// A new name for a file or socket of this run.
func temporaryPath() -> String { "/tmp/sluice-e2e-\(getpid())-\(UInt64.random(in: 0 ... .max))" }
