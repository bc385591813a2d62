internal import CLoadPlatform
internal import Glibc
internal import Synchronization

/// A program that runs beside this one: started, waited for, stopped; killed by the system if the thread that
/// started it ends first.
public final class ChildProcess: Sendable {
    /// Its process id.
    public let pid: Int32

    /// How it ended, as `waitpid` tells; until then nobody else can have its pid.
    private let ended = Mutex<Int32?>(nil)
    private let leadsGroup: Bool
    private let output: Descriptor
    private let errorOutput: Descriptor

    /// What becomes of a program's standard output.
    public enum Output: Sendable {
        /// It comes to ``ChildProcess/line(within:)``. A program that says more than somebody reads would stop.
        case lines
        /// It is kept with its errors.
        case withErrors
    }

    /// Starts a program. Its errors come to ``errors``.
    ///
    /// - Parameters:
    ///   - environment: variables added to this process's own.
    ///   - output: where its standard output goes.
    ///   - leadsGroup: whether it gets a process group of its own. Then whatever it has started and left in the
    ///     group is killed when it has ended: workers must not outlive their server.
    public init(
        executable: String, arguments: [String], environment: [String: String] = [:],
        output kind: Output = .lines, leadsGroup: Bool = false
    ) throws(SystemError) {
        self.leadsGroup = leadsGroup
        var ends: (Int32, Int32) = (-1, -1)
        let piped = unsafe withUnsafeMutablePointer(to: &ends) {
            unsafe load_pipe(UnsafeMutableRawPointer($0).assumingMemoryBound(to: Int32.self))
        }
        guard piped == 0 else { throw SystemError("pipe2") }
        output = Descriptor(ends.0)
        let childsOutput = Descriptor(ends.1)
        // A file in memory: a pipe that nobody reads would stop the child when it is full.
        errorOutput = Descriptor(unsafe load_memfd("sluice-child-errors"))
        let childsErrors = errorOutput.number
        let variables = Self.currentEnvironment.merging(environment) { $1 }.map { "\($0)=\($1)" }
        let started = unsafe withCStrings([executable] + arguments) { argv in
            unsafe withCStrings(variables) { envp in
                unsafe load_spawn(
                    executable, argv, envp, kind == .lines ? childsOutput.number : childsErrors,
                    childsErrors, leadsGroup ? 1 : 0)
            }
        }
        // Before the pid is set: once every property is, a throw runs deinit too, which ends the child.
        guard started > 0 else { throw SystemError("start \(executable)") }
        pid = started
    }

    deinit {
        stop(within: .zero)
    }

    /// Waits for the next line of its standard output; nil when none has come in time, or it ended first.
    public func line(within timeout: Duration) -> String? {
        let deadline = monotonicNanoseconds() + timeout.nanoseconds
        var line: [UInt8] = []
        while true {
            let now = monotonicNanoseconds()
            guard now < deadline else { return nil }
            var readiness = pollfd(fd: output.number, events: Int16(POLLIN), revents: 0)
            let ready = unsafe poll(&readiness, 1, Int32(clamping: (deadline - now) / 1_000_000 + 1))
            guard ready > 0 else { continue }
            var byte: UInt8 = 0
            guard unsafe read(output.number, &byte, 1) == 1 else { return nil }
            if byte == lineFeed { return String(decoding: line, as: UTF8.self) }
            line.append(byte)
        }
    }

    /// Whether it has not ended.
    public var isRunning: Bool {
        ended.withLock { $0 == nil && load_child_has_ended(pid) == 0 }
    }

    /// The end of what it has written to its standard error, 64 KiB at most.
    public var errors: String { written(last: 64 << 10) }

    /// All that it has written there.
    public var allErrors: String { written(last: .max) }

    private func written(last count: Int) -> String {
        var file = stat()
        guard unsafe fstat(errorOutput.number, &file) == 0 else { return "" }
        let start = max(0, Int(file.st_size) - count)
        let bytes = readAll(errorOutput.number, from: start, limit: count) ?? []
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Asks it to end (SIGTERM) and waits; kills it when it takes too long.
    ///
    /// - Returns: its exit code, or nil when a signal ended it.
    @discardableResult
    public func stop(within timeout: Duration = .seconds(10)) -> Int32? {
        exitCode(within: timeout, afterSignal: SIGTERM)
    }

    /// Waits until it ends by itself; kills it when it takes too long.
    ///
    /// - Returns: its exit code, or nil when a signal ended it.
    public func wait(within timeout: Duration) -> Int32? {
        exitCode(within: timeout, afterSignal: 0)
    }

    private func exitCode(within timeout: Duration, afterSignal signal: Int32) -> Int32? {
        let status = ended.withLock { ended in
            let status = ended ?? end(within: timeout, afterSignal: signal)
            ended = status
            return status
        }
        return status & 0x7f == 0 ? status >> 8 & 0xff : nil
    }

    /// Signal 0 is none.
    private func end(within timeout: Duration, afterSignal signal: Int32) -> Int32 {
        load_signal_child(pid, signal)
        let deadline = monotonicNanoseconds() + timeout.nanoseconds
        while load_child_has_ended(pid) == 0 {
            if monotonicNanoseconds() > deadline { load_signal_child(pid, SIGKILL) }
            sleep(milliseconds: 2)
        }
        // Before it is waited for: as long as its pid is its own, so is the group's number.
        if leadsGroup { load_kill_group(pid) }
        var status: Int32 = 0
        unsafe waitpid(pid, &status, 0)
        return status
    }

    private static var currentEnvironment: [String: String] {
        var variables: [String: String] = [:]
        var next = unsafe environ
        while let entry = unsafe next.pointee {
            let parts = unsafe String(cString: entry).split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            variables[String(parts[0])] = parts.count == 2 ? String(parts[1]) : ""
            unsafe next += 1
        }
        return variables
    }
}

/// Calls with a C array of C strings, ended by a null pointer.
@unsafe private func withCStrings<Result>(
    _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
    var pointers = unsafe strings.map { unsafe strdup($0) }
    unsafe pointers.append(nil)
    defer { unsafe pointers.forEach { unsafe free($0) } }
    return unsafe pointers.withUnsafeBufferPointer { unsafe body($0.baseAddress!) }
}
