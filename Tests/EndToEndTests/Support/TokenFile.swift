import Foundation
import Glibc

/// A file with a token, for its owner alone; it goes with this value.
final class TokenFile {
    let path = temporaryPath() + ".token"

    init(_ token: String) throws { try write(token + "\n") }

    /// In place of what it held, as an operator would: the name never stands for half a file.
    func write(_ text: String, mode: mode_t = 0o600) throws {
        let next = path + ".next"
        try Data(text.utf8).write(to: URL(filePath: next))
        guard unsafe chmod(next, mode) == 0, unsafe rename(next, path) == 0 else {
            throw ServerProcess.Failure(description: "cannot write \(path)")
        }
    }

    deinit { unsafe unlink(path) }
}
