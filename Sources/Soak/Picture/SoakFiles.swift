internal import Charts

/// `soak.csv` and `soak.svg`. They are written while the soak goes on too: whoever interrupts one has what was
/// seen until then, and is told that it is not all.
struct SoakFiles {
    private let files: ChartFiles
    /// What was soaked, and where: known when the server runs.
    var heading: [String] = []
    /// When they are due again, in seconds since the clients began.
    private var due = 0.0

    private static let period = 30.0

    /// Makes the folder if it is not there.
    init(folder: String) throws {
        files = try ChartFiles(folder: folder, name: "soak")
    }

    /// Where they are, in words.
    var places: String { "\(files.table) and \(files.picture)" }

    /// Writes what was seen until now, at the first look and then each half minute.
    ///
    /// - Parameter seconds: since the clients began.
    mutating func keep(_ record: SoakRecord, at seconds: Double) throws {
        guard seconds >= due else { return }
        due = seconds + Self.period
        let end = "UNFINISHED: \(Int(seconds)) s of \(Int(record.duration)) s, and no verdict"
        try files.write(
            csv: SoakTable(heading: heading + [end], record: record).csv(),
            svg: SoakPicture(record: record, verdict: nil, caption: heading + [end]).svg())
    }

    /// Writes the whole soak.
    func finish(_ record: SoakRecord, _ verdict: Verdict) throws {
        try files.write(
            csv: SoakTable(heading: heading + verdict.lines, record: record).csv(),
            svg: SoakPicture(record: record, verdict: verdict, caption: heading).svg())
    }
}
