internal import Glibc

/// A small file's bytes, as those under `/proc`; nil when it cannot be opened.
public func readFile(_ path: String) -> [UInt8]? {
    let file = Descriptor(unsafe open(path, O_RDONLY | O_CLOEXEC))
    return file.number < 0 ? nil : readAll(file.number, limit: 16 << 20)
}

/// What a file holds from `start` on.
func readAll(_ file: Int32, from start: Int = 0, limit: Int) -> [UInt8]? {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 16 << 10)
    while bytes.count < limit {
        let count = unsafe piece.withUnsafeMutableBytes {
            unsafe pread(file, $0.baseAddress, $0.count, off_t(start + bytes.count))
        }
        guard count >= 0 else { return nil }
        guard count > 0 else { break }
        bytes += piece[..<count]
    }
    return bytes
}
