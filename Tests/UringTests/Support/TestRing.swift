import Glibc
import Testing
import Uring

/// Expects that the submission queue took an operation. A function, because the macro takes calls apart and
/// then copies the ring.
func queued(_ taken: Bool, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(taken, sourceLocation: sourceLocation)
}

/// Memory that operations receive into or send from.
@safe
struct TestMemory: ~Copyable {
    let bytes: UnsafeMutableRawBufferPointer

    init(_ count: Int, filledWith byte: UInt8 = 0) {
        unsafe bytes = .allocate(byteCount: count, alignment: 4096)
        unsafe bytes.initializeMemory(as: UInt8.self, repeating: byte)
    }

    init(copying source: [UInt8]) {
        self.init(source.count)
        unsafe bytes.copyBytes(from: source)
    }

    func contents(_ range: Range<Int>) -> [UInt8] { unsafe Array(bytes[range]) }

    deinit { unsafe bytes.deallocate() }
}

extension Ring {
    /// Completions of this and later turns until there are `count`, or nothing more within `patience`.
    borrowing func take(_ count: Int, within patience: Duration = .seconds(5)) throws -> [Completion] {
        let deadline = now.advanced(by: patience)
        var taken: [Completion] = []
        while true {
            try submitAndWait(until: deadline)
            while let completion = nextCompletion() { taken.append(completion) }
            if taken.count >= count || now >= deadline { return taken }
        }
    }

    /// What has completed, giving it a little time to be wrong in.
    borrowing func takeWhatIsThere() throws -> [Completion] {
        try take(.max, within: .milliseconds(30))
    }

    /// Ends an operation, so that its memory may go.
    borrowing func end(_ token: UInt64) throws {
        _ = cancel(token, token: .max - 1)
        _ = try take(2)
    }

    static func enabled(_ setUp: RingSetUp = RingSetUp(submissionEntries: 16)) throws -> Ring {
        let ring = try Ring(setUp)
        try ring.enable()
        return ring
    }
}

/// Names of this process's threads, kernel workers included.
func threadNames() -> [String] {
    var names: [String] = []
    guard let folder = unsafe opendir("/proc/self/task") else { return [] }
    while let entry = unsafe readdir(folder) {
        let thread = unsafe withUnsafePointer(to: &entry.pointee.d_name.0) {
            unsafe String(cString: $0)
        }
        guard let file = unsafe fopen("/proc/self/task/\(thread)/comm", "r") else { continue }
        var line = [CChar](repeating: 0, count: 64)
        if unsafe fgets(&line, 64, file) != nil {
            names.append(
                String(decoding: line.prefix { $0 != 0 && $0 != 10 }.map(UInt8.init), as: UTF8.self))
        }
        unsafe fclose(file)
    }
    unsafe closedir(folder)
    return names
}
