import Glibc

/// Reading what Linux says under `/proc`.
enum ProcessFile {
    static func text(_ path: String) -> String? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 8192)
        while true {
            let count = unsafe piece.withUnsafeMutableBytes {
                unsafe read(descriptor, $0.baseAddress, $0.count)
            }
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += piece[..<count]
        }
    }

    static func target(ofLink path: String) -> String {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = unsafe bytes.withUnsafeMutableBytes {
            unsafe readlink(path, $0.bindMemory(to: CChar.self).baseAddress!, $0.count)
        }
        return String(decoding: bytes[..<max(0, count)], as: UTF8.self)
    }

    static func names(in folder: String) -> [String] {
        guard let stream = unsafe opendir(folder) else { return [] }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }
}

extension ServerProcess {
    /// Open sockets: connections and the listener. (The runtime opens descriptors of its own when it likes.)
    var socketCount: Int {
        ProcessFile.names(in: "/proc/\(processID)/fd").count {
            ProcessFile.target(ofLink: "/proc/\(processID)/fd/\($0)").hasPrefix("socket:")
        }
    }

    /// Bytes of memory that it holds in RAM.
    var residentBytes: Int {
        let pages = ProcessFile.text("/proc/\(processID)/statm")?.split(separator: " ")
        guard let pages, pages.count > 1, let resident = Int(pages[1]) else {
            fatalError("no /proc/\(processID)/statm: the server has ended")
        }
        return resident * Int(getpagesize())
    }

    /// The most bytes of memory that it has held in RAM so far.
    var peakResidentBytes: Int { status("VmHWM") << 10 }

    /// For how many descriptors Linux has made room.
    var descriptorTableSize: Int { status("FDSize") }

    /// A number of `/proc/…/status`, without its unit.
    private func status(_ name: String) -> Int {
        let lines = ProcessFile.text("/proc/\(processID)/status")?.split(separator: "\n")
        let line = lines?.first { $0.hasPrefix(name + ":") }?.split(whereSeparator: \.isWhitespace)
        guard let line, line.count > 1, let number = Int(line[1]) else {
            fatalError("no \(name) in /proc/\(processID)/status: the server has ended")
        }
        return number
    }

    /// The names of its threads; Linux's own workers for a ring are called `iou-wrk-…`.
    var threadNames: [String] {
        ProcessFile.names(in: "/proc/\(processID)/task").compactMap {
            ProcessFile.text("/proc/\(processID)/task/\($0)/comm")?.split(separator: "\n").first.map(
                String.init)
        }.sorted()
    }

    /// Where its threads of such names may run, as `/proc` writes it: `0-1`, `3`.
    func allowedCPUs(ofThreadsNamed prefix: String) -> [String] {
        ProcessFile.names(in: "/proc/\(processID)/task").compactMap { thread in
            let folder = "/proc/\(processID)/task/\(thread)"
            guard ProcessFile.text("\(folder)/comm")?.hasPrefix(prefix) == true else { return nil }
            let line = ProcessFile.text("\(folder)/status")?.split(separator: "\n").first {
                $0.hasPrefix("Cpus_allowed_list:")
            }
            return line?.split(whereSeparator: \.isWhitespace).last.map(String.init)
        }
    }
}

/// Lets this process hold so many descriptors, or stops the test that needs them.
func raiseDescriptorLimit(to wanted: rlim_t) {
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    var limit = rlimit()
    unsafe getrlimit(resource, &limit)
    guard limit.rlim_cur < wanted else { return }
    limit.rlim_cur = wanted
    guard unsafe setrlimit(resource, &limit) == 0 else {
        fatalError("\(wanted) descriptors are needed, and `ulimit -Hn` allows fewer")
    }
}
