/// The machine a measurement was made on, and what was measured there.
public struct Machine: Codable, Sendable {
    /// How many cores it has for us. Whoever keeps to fewer by choice puts in how many there were before.
    public var cores: Int
    /// The processor's name.
    public let processor: String?
    /// The release of Linux.
    public let kernel: String?
    /// Its memory.
    public let memoryBytes: Int?
    /// The compiler that is installed.
    public let swift: String?
    /// The sources' commit, `-dirty` behind it when they were changed; nil outside a git repository.
    public let commit: String?

    /// This machine, looked at now.
    public static var here: Machine {
        Machine(
            cores: ProcessFigures.cores, processor: processor,
            kernel: readFile("/proc/sys/kernel/osrelease").map {
                String(decoding: $0.dropLast(), as: UTF8.self)
            },
            memoryBytes: memory("MemTotal:"), swift: swiftVersion, commit: sourceCommit)
    }

    /// One line for people.
    public var description: String {
        [
            processor ?? "unknown processor", "\(cores) core\(cores == 1 ? "" : "s")",
            memoryBytes.map { "\(($0 + 500_000_000) / 1_000_000_000)GB memory" },
            kernel.map { "Linux \($0)" },
            swift.map { "Swift \($0)" }, commit.map { "commit \($0)" },
        ].compactMap(\.self).joined(separator: ", ")
    }

    /// What may be allocated without driving others out.
    public static var availableMemory: Int? { memory("MemAvailable:") }

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

    /// `Swift version 6.3.1 (swift-6.3.1-RELEASE)`: its third word. The library's own version number stays
    /// at 6.3.0 in a patch release.
    private static var swiftVersion: String? {
        let words = firstLine(of: ["swift", "--version"])?.split(separator: " ") ?? []
        return words.firstIndex(of: "version").flatMap { words.dropFirst($0 + 1).first }.map(String.init)
    }

    private static var sourceCommit: String? {
        guard let folder = try? ownFolder() else { return nil }
        return firstLine(of: ["git", "-C", folder, "describe", "--always", "--dirty", "--abbrev=12"])
    }

    /// What a program says first; nil when there is no such program, or it fails.
    private static func firstLine(of command: [String]) -> String? {
        guard let child = try? ChildProcess(executable: "/usr/bin/env", arguments: command) else {
            return nil
        }
        let line = child.line(within: .seconds(5))
        return child.wait(within: .seconds(5)) == 0 ? line : nil
    }
}
