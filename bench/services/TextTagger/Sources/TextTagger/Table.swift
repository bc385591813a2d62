import Glibc

/// Why a table could not be read.
public enum TableError: Error, Equatable {
    /// There is no such file, or it cannot be read.
    case unreadable(path: String, errno: Int32)
    /// A row that is not as the others.
    case malformed(path: String)
}

/// A file of rows, whose fields have tabs between them.
struct Table {
    let path: String
    let rows: [[[UInt8]]]

    init(path: String) throws(TableError) {
        self.path = path
        let bytes = try Self.read(path)
        rows = bytes.split(separator: UInt8(ascii: "\n")).map { line in
            line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false).map(Array.init)
        }
    }

    private static func read(_ path: String) throws(TableError) -> [UInt8] {
        guard let file = unsafe fopen(path, "rb") else {
            throw TableError.unreadable(path: path, errno: errno)
        }
        defer { unsafe fclose(file) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe fread(&piece, 1, piece.count, file)
            guard count > 0 else { break }
            bytes += piece[..<count]
        }
        guard unsafe ferror(file) == 0 else { throw TableError.unreadable(path: path, errno: EIO) }
        return bytes
    }
}
