import Charts
import FoundationEssentials
import Testing

struct ChartFilesTests {
    /// Whoever is told of them must find them.
    @Test func namesItsFilesAsTheyAreCalled() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "übers \(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = try ChartFiles(folder: folder.path(percentEncoded: false), name: "a picture")
        try files.write(csv: "1", svg: "2", markdown: "3")
        for (path, content) in [(files.table, "1"), (files.picture, "2"), (files.text, "3")] {
            #expect(FileManager.default.contents(atPath: path) == Data(content.utf8), "\(path)")
        }
        #expect(files.table.hasSuffix("/a picture.csv"))
    }
}
