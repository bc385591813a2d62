internal import FoundationEssentials

/// Where the results of a sweep are kept: written anew, whole, after each cell, so that whoever interrupts a
/// sweep has what was measured until then.
struct SweepFiles {
    private let folder: URL

    init(folder: String) throws {
        self.folder = URL(filePath: folder, directoryHint: .isDirectory)
        try FileManager.default.createDirectory(at: self.folder, withIntermediateDirectories: true)
    }

    var table: String { folder.appending(path: "sweep.csv").path() }
    var picture: String { folder.appending(path: "sweep.svg").path() }

    func write(_ rows: [SweepRow], heading: [String]) throws {
        try Data(SweepTable(heading: heading, rows: rows).csv().utf8).write(
            to: folder.appending(path: "sweep.csv"), options: .atomic)
        try Data(SweepPicture(rows: rows, caption: heading).svg().utf8).write(
            to: folder.appending(path: "sweep.svg"), options: .atomic)
    }
}
