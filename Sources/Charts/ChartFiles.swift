internal import FoundationEssentials

/// Where a table and its picture are kept: `NAME.csv` and `NAME.svg` in a folder. They are written whole, so
/// that they may be written again and again while a measurement goes on.
public struct ChartFiles {
    private let folder: URL
    private let name: String

    /// Makes the folder if it is not there.
    public init(folder: String, name: String) throws {
        self.folder = URL(filePath: folder, directoryHint: .isDirectory)
        self.name = name
        try FileManager.default.createDirectory(at: self.folder, withIntermediateDirectories: true)
    }

    /// The table's path.
    public var table: String { path("csv") }
    /// The picture's path.
    public var picture: String { path("svg") }

    /// The path of the text beside them.
    public var text: String { path("md") }

    /// Writes them, in place of what is there.
    ///
    /// - Parameters:
    ///   - svg: nil where there is no picture.
    ///   - markdown: the same as the table, for people to read.
    public func write(csv: String, svg: String?, markdown: String? = nil) throws {
        for (ending, text) in [("csv", csv), ("svg", svg), ("md", markdown)] {
            guard let text else { continue }
            try Data(text.utf8).write(to: file(ending), options: .atomic)
        }
    }

    private func file(_ ending: String) -> URL { folder.appending(path: "\(name).\(ending)") }

    /// As people write it, and not as a URL does: a space is a space.
    private func path(_ ending: String) -> String { file(ending).path(percentEncoded: false) }
}
