import Foundation
import Testing

/// What the articles show is what is compiled: a listing is found, line for line, between markers in a source file.
struct ListingTests {
    @Test func everyListingOfTheArticlesIsCompiled() throws {
        let snippets = try Snippets.all()
        let listings = try Article.all().flatMap { $0.blocks(of: "swift") }
        #expect(listings.count > 20, "the articles have lost their listings")
        for listing in listings {
            #expect(
                snippets.values.contains(listing.lines),
                "\(listing) is in no file of \(Snippets.folders.joined(separator: ", "))")
        }
    }

    @Test func everySnippetIsShown() throws {
        let listings = try Set(Article.all().flatMap { $0.blocks(of: "swift") }.map(\.lines))
        for (name, lines) in try Snippets.all() {
            #expect(listings.contains(lines), "no article shows the snippet \(name)")
        }
    }

    /// The one listing that is no source file of a target: SwiftPM itself reads it.
    @Test func theManifestIsOne() throws {
        let manifest = try #require(try Snippets.all()["manifest"])
        let folder = FileManager.default.temporaryDirectory.appending(path: "sluice-manifest-\(getpid())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let text = manifest.joined(separator: "\n") + "\n"
        try text.write(to: folder.appending(path: "Package.swift"), atomically: true, encoding: .utf8)
        let dump = try output(of: ["swift", "package", "--package-path", folder.path, "dump-package"])
        let products = dump.contains("\"product\"") && dump.contains("\"Sluice\"")
        #expect(products && dump.contains("\"sluice\""), "\(dump)")
    }

    private func output(of command: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let bytes = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(command)")
        return String(decoding: bytes, as: UTF8.self)
    }
}
