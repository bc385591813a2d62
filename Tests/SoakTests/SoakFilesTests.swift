import ChartReaders
import FoundationEssentials
import Testing

@testable import Soak

/// What is in the folder while a soak goes on, and after it.
struct SoakFilesTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "soak \(UUID().uuidString)")

    private func text(_ ending: String) throws -> String {
        String(decoding: try Data(contentsOf: folder.appending(path: "soak.\(ending)")), as: UTF8.self)
    }

    private func table() throws -> CSVReader { try #require(CSVReader(try text("csv"))) }

    @Test func areWrittenEachHalfMinuteAndSayThatTheyAreNotAll() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        var files = try SoakFiles(folder: folder.path(percentEncoded: false))
        files.heading = ["Machine: here"]
        var record = SoakRecord.sound
        let samples = record.samples
        record.afterwards = []
        // How many looks the file holds after each.
        var counts: [Int] = []
        for count in 1...60 {
            record.samples = Array(samples[..<count])
            try files.keep(record, at: Double(count))
            counts.append(try table().records.count)
        }
        #expect(counts[0] == 1 && counts[29] == 1 && counts[30] == 31 && counts[59] == 31)
        #expect(try table().comments == ["Machine: here", "UNFINISHED: 31 s of 60 s, and no verdict"])
        #expect(try text("svg").contains("UNFINISHED"))

        try files.finish(.sound, Verdict(.sound))
        #expect(try table().records.count == 61)
        #expect(try table().comments == ["Machine: here"] + Verdict(.sound).lines)
        #expect(try !text("svg").contains("UNFINISHED"))
    }
}
