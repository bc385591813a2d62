internal import LoadGenerator

/// The machine a measurement was made on.
struct Machine: Codable {
    let cores: Int
    let processor: String?
    let kernel: String?
    let memoryBytes: Int?

    static var here: Machine {
        Machine(
            cores: ProcessFigures.cores, processor: processor,
            kernel: readFile("/proc/sys/kernel/osrelease").map {
                String(decoding: $0.dropLast(), as: UTF8.self)
            },
            memoryBytes: memory("MemTotal:"))
    }

    /// What may be allocated without driving others out.
    static var availableMemory: Int? { memory("MemAvailable:") }

    private static var processor: String? {
        let lines = String(decoding: readFile("/proc/cpuinfo") ?? [], as: UTF8.self).split(separator: "\n")
        let line = lines.first { $0.hasPrefix("model name") }
        return line?.split(separator: ":").last.map { String($0.drop { $0 == " " }) }
    }

    private static func memory(_ name: String) -> Int? {
        let lines = String(decoding: readFile("/proc/meminfo") ?? [], as: UTF8.self).split(separator: "\n")
        guard let line = lines.first(where: { $0.hasPrefix(name) }) else { return nil }
        return Int(line.filter { $0.isNumber }).map { $0 * 1024 }
    }
}
