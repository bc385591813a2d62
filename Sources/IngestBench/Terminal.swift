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
