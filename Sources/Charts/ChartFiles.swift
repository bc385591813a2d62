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
    public var table: String { folder.appending(path: name + ".csv").path() }
    /// The picture's path.
    public var picture: String { folder.appending(path: name + ".svg").path() }

    /// The path of the text beside them.
    public var text: String { folder.appending(path: name + ".md").path() }

    /// Writes them, in place of what is there.
    ///
    /// - Parameter markdown: the same for people to read.
    public func write(csv: String, svg: String, markdown: String? = nil) throws {
        for (ending, text) in [("csv", csv), ("svg", svg), ("md", markdown)] {
            guard let text else { continue }
            try Data(text.utf8).write(to: folder.appending(path: "\(name).\(ending)"), options: .atomic)
        }
    }
}
