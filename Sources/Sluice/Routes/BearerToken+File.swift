internal import Glibc
internal import Uring

extension BearerToken {
    /// Reads a token from a file that holds it and nothing else but, if it likes, a line end.
    ///
    /// A file that others than its owner and group may read or write is refused, as `ssh` refuses a key: what all
    /// of a machine can read is no secret, and a warning in a log is read when it is too late. The group may read
    /// it, since that is how a secret is handed to a service that does not own it.
    public init(contentsOf path: String) throws(BearerTokenError) {
        // Not blocking: opening a pipe would wait for a writer.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .unreadable(errorNumber: errno) }
        defer { _ = close(descriptor) }
        var file = stat()
        guard unsafe fstat(descriptor, &file) == 0 else { throw .unreadable(errorNumber: errno) }
        guard file.st_mode & S_IFMT == S_IFREG else { throw .notAFile }
        guard file.st_mode & (S_IRWXO | S_IWGRP) == 0 else { throw .openToOthers }
        try self.init(Self.withoutLineEnd(try Self.read(descriptor)))
    }

    /// As much as a token and a line end can be, and one byte more for a file that is longer.
    private static func read(_ descriptor: Int32) throws(BearerTokenError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: maxBytes + 3)
        var count = 0
        while count < bytes.count {
            let room = bytes.count - count
            let got = unsafe bytes.withUnsafeMutableBytes {
                unsafe Glibc.read(descriptor, $0.baseAddress.map { unsafe $0 + count }, room)
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw .unreadable(errorNumber: errno) }
            if got == 0 { break }
            count += got
        }
        return Array(bytes[..<count])
    }

    private static func withoutLineEnd(_ bytes: [UInt8]) -> [UInt8] {
        var rest = bytes[...]
        if rest.last == UInt8(ascii: "\n") { rest = rest.dropLast() }
        if rest.last == UInt8(ascii: "\r") { rest = rest.dropLast() }
        return Array(rest)
    }
}

extension BearerTokenError {
    /// What is wrong and what would mend it, for the operator.
    public var description: String {
        switch self {
        case .unreadable(let number): RingError.message(for: number)
        case .notAFile: "not a regular file"
        case .openToOthers: "others may read or write it: chmod 600, or 640 for a group"
        case .empty: "it is empty: a token is one line, from openssl rand -hex 32, say"
        case .tooLong: "a token has at most \(BearerToken.maxBytes) bytes"
        case .notAToken: "a token is one line of letters, digits and -._~+/, with = at its end alone"
        }
    }
}
