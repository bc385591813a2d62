import Testing

/// A setting that is written wrongly would test something else, and pass.
struct CaseFileTests {
    @Test func takesASettingThatIsKnown() {
        let cases = Case.parse("## one\n! limit: 5\n> x\n< complete\n", of: "none.txt", settings: ["limit"])
        #expect(cases.map(\.settings) == [["limit": 5]])
    }

    @Test func stopsAtASettingThatNobodyKnows() async {
        await #expect(processExitsWith: .failure) {
            _ = Case.parse("## one\n! limt: 5\n> x\n< complete\n", of: "none.txt", settings: ["limit"])
        }
    }

    @Test func stopsAtASettingThatIsNoNumber() async {
        await #expect(processExitsWith: .failure) {
            _ = Case.parse("## one\n! limit: 5k\n> x\n< complete\n", of: "none.txt", settings: ["limit"])
        }
    }

    @Test func stopsAtASettingWhereThereIsNone() async {
        await #expect(processExitsWith: .failure) {
            _ = Case.parse("## one\n! limit: 5\n> x\n< complete\n", of: "none.txt", settings: [])
        }
    }
}
