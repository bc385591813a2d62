#if !DEBUG
    import Foundation
    import Testing

    /// A program of Debian's that looks into others. `Tests/run` installs their packages.
    enum Tool: String {
        case valgrind
        case strace
        case strip

        private var package: String {
            switch self {
            case .valgrind: "valgrind"
            case .strace: "strace"
            case .strip: "binutils"
            }
        }

        func path() throws -> String {
            let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? ["/usr/bin"]
            let found = folders.map { "\($0)/\(rawValue)" }
                .first { FileManager.default.isExecutableFile(atPath: $0) }
            return try #require(found, "there is no \(rawValue): apt-get install \(package)")
        }
    }
#endif
