internal import Glibc

/// Prints a line at once: a line that waits in a buffer tells nobody that a server is ready.
public func printLine(_ line: String) {
    print(line)
    fflush(nil)
}

/// Writes to standard error.
public func printError(_ text: String) {
    let bytes = Array(text.utf8)
    _ = unsafe bytes.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
}
