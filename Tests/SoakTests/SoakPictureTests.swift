import ChartReaders
import Testing

@testable import Soak

struct SoakPictureTests {
    private func picture(_ record: SoakRecord) -> XMLCheck {
        XMLCheck(SoakPicture(record: record, verdict: Verdict(record), caption: ["Machine: <here>"]).svg())
    }

    @Test func hasEveryPanelAndEveryCriterion() {
        let picture = picture(.sound)
        #expect(picture.fault == nil)
        #expect(picture.text.contains("Soak of 60 s: passed"))
        for panel in SoakRecord.sound.panels { #expect(picture.text.contains(panel.title)) }
        for criterion in Verdict(.sound).criteria {
            #expect(picture.text.contains(criterion.name))
        }
        // The lines of the panels without a gap; there are no 5xx.
        let lines = SoakRecord.sound.panels.reduce(0) { $0 + $1.lines.count }
        #expect(picture.counts["polyline"] == lines - 1)
    }

    @Test func saysWhatFailed() {
        var record = SoakRecord.sound
        record.afterwards[0].descriptors = 21
        #expect(picture(record).text.contains("Soak of 60 s: FAILED: descriptors"))
    }

    @Test func leavesAGapWhereTheServerDidNotAnswer() {
        let whole = picture(.sound).counts["polyline"] ?? 0
        var record = SoakRecord.sound
        record.samples[30].counters = nil
        let picture = picture(record)
        #expect(picture.fault == nil)
        #expect(picture.counts["polyline"] ?? 0 > whole)
    }

    @Test func saysSoWhileThereIsNoVerdict() {
        var record = SoakRecord.sound
        record.samples = [.sound(at: 1)]
        record.afterwards = []
        let picture = XMLCheck(SoakPicture(record: record, verdict: nil, caption: []).svg())
        #expect(picture.fault == nil)
        #expect(picture.text.contains("Soak of 60 s: UNFINISHED"))
    }

    @Test func isWellFormedWhenNothingWasSeen() {
        var record = SoakRecord.sound
        record.samples = []
        record.afterwards = []
        #expect(picture(record).fault == nil)
    }
}

struct SoakTableTests {
    @Test func hasALineForEachLook() throws {
        var record = SoakRecord.sound
        record.samples[2].counters = nil
        let text = SoakTable(heading: ["Machine: here"], record: record).csv()
        let table = try #require(CSVReader(text))
        #expect(table.comments == ["Machine: here"])
        #expect(table.records.count == 61)
        #expect(table.records[0]["clients"] == "there" && table.records[60]["clients"] == "gone")
        #expect(table.records[1]["seconds"] == "2")
        #expect(table.records[1]["resident_bytes"] == "800000000")
        #expect(table.records[1]["responses_4xx"] == "20")
        #expect(table.records[1]["latency_p99_seconds"] == "0.005")
        #expect(table.records[2]["windows_free"] == "")
        #expect(table.records[60]["head_buffers_free"] == "1024")
    }
}
