internal import Glibc

/// The names in a folder, without those that begin with a dot; none when it cannot be opened.
func directory(_ path: String) -> [String] {
    guard let directory = unsafe opendir(path) else { return [] }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    while let entry = unsafe readdir(directory) {
        let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
            unsafe String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
        }
        if !name.hasPrefix(".") { names.append(name) }
    }
    return names
}

/// What a symbolic link under `/proc` says.
func link(_ path: String) -> String? {
    unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 64) { buffer in
        let count = unsafe buffer.withMemoryRebound(to: CChar.self) {
            unsafe readlink(path, $0.baseAddress!, $0.count)
        }
        return count < 0 ? nil : unsafe String(decoding: buffer[..<count], as: UTF8.self)
    }
}
