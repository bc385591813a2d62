internal import Glibc

/// Small files under `/proc` and `/sys`.
enum SystemFile {
    /// The first line, without its end; nil if the file cannot be read.
    static func line(_ path: String) -> String? {
        guard let file = unsafe fopen(path, "re") else { return nil }
        defer { unsafe fclose(file) }
        var bytes = [CChar](repeating: 0, count: 4096)
        guard unsafe fgets(&bytes, Int32(bytes.count), file) != nil else { return nil }
        let text = String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }

    static func integer(_ path: String) -> Int? { line(path).flatMap { Int($0) } }
}
