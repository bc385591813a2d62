/// Which pages of an arena are taken: a bit for each, first fit.
struct PageMap {
    /// Pages in a run of 2 MiB.
    static let pagesPerRun = PageMemory.hugePageBytes / PageMemory.pageBytes
    private static let wordsPerRun = pagesPerRun / UInt64.bitWidth

    private var words: [UInt64]
    let runCount: Int
    private(set) var freePages: Int

    /// - Parameter pageCount: a multiple of ``pagesPerRun``.
    init(pageCount: Int) {
        precondition(pageCount % Self.pagesPerRun == 0)
        words = Array(repeating: 0, count: pageCount / UInt64.bitWidth)
        runCount = pageCount / Self.pagesPerRun
        freePages = pageCount
    }

    /// Pages that a request of that many bytes takes.
    static func pages(for byteCount: Int) -> Int {
        let (padded, overflow) = max(byteCount, 1).addingReportingOverflow(PageMemory.pageBytes - 1)
        if overflow { return Int.max / PageMemory.pageBytes }
        let pages = padded / PageMemory.pageBytes
        return pages < pagesPerRun ? pages : (pages + pagesPerRun - 1) / pagesPerRun * pagesPerRun
    }

    /// Whether a request takes pages, and not runs.
    static func isSmall(_ byteCount: Int) -> Bool { pages(for: byteCount) < pagesPerRun }

    /// - Parameters:
    ///   - runs: where to look; everywhere unless said.
    ///   - lowest: whether whole runs are the lowest that fit, and not the highest.
    mutating func allocate(byteCount: Int, in runs: Range<Int>? = nil, lowest: Bool = false) -> ArenaRange? {
        let pages = Self.pages(for: byteCount)
        guard pages <= freePages else { return nil }
        let runs = (runs ?? 0..<runCount).clamped(to: 0..<runCount)
        let first =
            if pages < Self.pagesPerRun { lowestGap(of: pages, in: runs) } else if lowest {
                lowestRuns(pages / Self.pagesPerRun, in: runs)
            } else { highestRuns(pages / Self.pagesPerRun, in: runs) }
        guard let first else { return nil }
        mark(first..<(first + pages), taken: true)
        return ArenaRange(firstPage: first, pageCount: pages)
    }

    mutating func free(_ range: ArenaRange) {
        mark(range.firstPage..<(range.firstPage + range.pageCount), taken: false)
    }

    private func lowestGap(of pages: Int, in runs: Range<Int>) -> Int? {
        var length = 0
        var page = runs.lowerBound * Self.pagesPerRun
        while page < runs.upperBound * Self.pagesPerRun {
            let word = words[page / UInt64.bitWidth]
            if page % UInt64.bitWidth == 0, word == .max {
                length = 0
                page += UInt64.bitWidth
                continue
            }
            length = word >> UInt64(page % UInt64.bitWidth) & 1 == 0 ? length + 1 : 0
            page += 1
            if length == pages { return page - pages }
        }
        return nil
    }

    private func highestRuns(_ count: Int, in runs: Range<Int>) -> Int? {
        var length = 0
        for run in runs.reversed() {
            length = isFree(run) ? length + 1 : 0
            if length == count { return run * Self.pagesPerRun }
        }
        return nil
    }

    private func lowestRuns(_ count: Int, in runs: Range<Int>) -> Int? {
        var length = 0
        for run in runs {
            length = isFree(run) ? length + 1 : 0
            if length == count { return (run + 1 - count) * Self.pagesPerRun }
        }
        return nil
    }

    private func isFree(_ run: Int) -> Bool {
        let first = run * Self.wordsPerRun
        return words[first..<(first + Self.wordsPerRun)].allSatisfy { $0 == 0 }
    }

    private mutating func mark(_ pages: Range<Int>, taken: Bool) {
        for page in pages {
            let bit = UInt64(1) << UInt64(page % UInt64.bitWidth)
            let isTaken = words[page / UInt64.bitWidth] & bit != 0
            precondition(isTaken != taken, "arena page \(page) is \(taken ? "leased twice" : "freed twice")")
            words[page / UInt64.bitWidth] ^= bit
        }
        freePages += taken ? -pages.count : pages.count
    }
}
