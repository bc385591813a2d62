internal import Glibc

/// Words for the operator that are not log lines.
enum StandardError {
    static func write(_ text: String) {
        var text = text
        text.withUTF8 { _ = unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
