internal import Glibc

/// Small files under `/proc` and `/sys`.
enum SystemFile {
    /// The first line, without its end; nil if the file cannot be read.
    static func line(_ path: String) -> String? {
        guard let file = unsafe fopen(path, "re") else { return nil }
        defer { unsafe fclose(file) }
        return unsafe line(of: file)
    }

    private static func line(of file: UnsafeMutablePointer<FILE>) -> String? {
        var bytes = [CChar](repeating: 0, count: 4096)
        guard unsafe fgets(&bytes, Int32(bytes.count), file) != nil else { return nil }
        let text = String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }

    /// The value of the line `name:` in a file of such lines; nil if there is none.
    static func field(_ name: String, of path: String) -> String? {
        guard let file = unsafe fopen(path, "re") else { return nil }
        defer { unsafe fclose(file) }
        while let line = unsafe line(of: file) {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2, parts[0] == name { return String(parts[1].drop { $0 == "\t" || $0 == " " }) }
        }
        return nil
    }

    static func integer(_ path: String) -> Int? { line(path).flatMap { Int($0) } }
}
