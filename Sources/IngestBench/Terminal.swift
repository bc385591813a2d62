internal import Glibc

/// Prints a line at once: a line that waits in a buffer tells nobody that a server is ready.
func printLine(_ line: String) {
    print(line)
    fflush(nil)
}

/// Writes to standard error.
func printError(_ text: String) {
    let bytes = Array(text.utf8)
    _ = unsafe bytes.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
}

/// Whether a file may be executed by us.
func isExecutable(_ path: String) -> Bool {
    unsafe access(path, X_OK) == 0
}

/// What a symbolic link points to.
func linkTarget(_ path: String) -> String? {
    guard let target = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(target) }
    return unsafe String(cString: target)
}

/// A bar that tells how far a measurement is, on a terminal; nothing where standard error is none.
struct ProgressBar {
    private let isShown = isatty(STDERR_FILENO) == 1
    private let steps: Int
    private var done = 0
    private static let width = 30

    init(steps: Int) {
        self.steps = max(1, steps)
    }

    /// Says what is being done now.
    mutating func begin(_ what: String) {
        guard isShown else { return }
        let filled = Self.width * done / steps
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: Self.width - filled)
        printError("\r\u{1B}[2K\(bar) \(100 * done / steps)% \(what)")
        done += 1
    }

    /// Takes the bar away.
    func end() {
        if isShown { printError("\r\u{1B}[2K") }
    }
}

/// Lets this process have as many descriptors as the system allows it.
///
/// - Returns: how many that is.
func raiseDescriptorLimit() -> Int {
    var limit = rlimit()
    unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    limit.rlim_cur = limit.rlim_max
    unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    return Int(clamping: limit.rlim_cur)
}
