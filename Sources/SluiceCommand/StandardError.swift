internal import Glibc

/// Words for the operator that are not log lines.
enum StandardError {
    /// Whether a line would be taken at once. Whoever reads them may have stalled.
    static var takesALine: Bool {
        var stream = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
        return unsafe poll(&stream, 1, 0) == 1
    }

    static func write(_ text: String) {
        var text = text
        text.withUTF8 { _ = unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
