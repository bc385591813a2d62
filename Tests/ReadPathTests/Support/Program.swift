#if !DEBUG
    import Foundation
    import Testing

    /// A program under `.build/release`: what `swift build -c release` makes is what is released and measured.
    ///
    /// The tests themselves are built elsewhere, with `-enable-testing`, which changes the code of what is built
    /// beside them. `SLUICE_RELEASE_FOLDER` names another folder than `.build/release`.
    enum Program: String {
        case sluice
        case doubles = "ReadPathDoubles"
        case copyCounter = "libcopy-counter.so"

        /// - Throws: if it has not been built, or not since its sources were changed: a program that is older
        ///   than what it was made of would pass for its successor.
        func path() throws -> String {
            let path = Self.folder + "/" + rawValue
            let built = try #require(
                Self.modified(path), "there is no \(path): swift build -c release")
            for folder in sources {
                for file in try FileManager.default.subpathsOfDirectory(atPath: Self.root + "/" + folder)
                where [".swift", ".c", ".h"].contains(where: file.hasSuffix) {
                    let source = "\(Self.root)/\(folder)/\(file)"
                    guard let changed = Self.modified(source), changed > built else { continue }
                    throw OldProgram(path: path, source: source)
                }
            }
            return path
        }

        /// What it is made of, but for packages.
        private var sources: [String] {
            let server = ["CPlatform", "CLiburing", "Uring", "HTTP1", "Reduction", "Sizes", "Sluice"]
                .map { "Sources/\($0)" }
            return switch self {
            case .sluice: server + ["Sources/SluiceCommand"]
            case .doubles: server + ["Tests/ReadPathDoubles"]
            case .copyCounter: ["Sources/CCopyCounter", "Sources/CCopyCounterPage"]
            }
        }

        private static func modified(_ path: String) -> Date? {
            try? FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
        }

        /// The package's folder: three above this file's.
        static let root = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path

        private static var folder: String {
            ProcessInfo.processInfo.environment["SLUICE_RELEASE_FOLDER"] ?? root + "/.build/release"
        }
    }

    struct OldProgram: Error, CustomStringConvertible {
        let path: String
        let source: String
        var description: String { "\(path) is older than \(source): swift build -c release" }
    }
#endif
