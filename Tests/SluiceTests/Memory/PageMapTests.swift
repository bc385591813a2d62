import Seeds
internal import Testing

@testable internal import Sluice

struct PageMapTests {
    private let runPages = PageMap.pagesPerRun

    private static let sizes: [(Int, Int)] = [
        (.min, 1), (0, 1), (1, 1), (4096, 1), (4097, 2), (2_093_056, 511), (2_093_057, 512), (2_097_152, 512),
        (2_097_153, 1024), (.max, .max / 4096), (.max - 4093, .max / 4096),
    ]

    @Test(arguments: sizes)
    func aRequestTakesWholePagesOrWholeRuns(byteCount: Int, pages: Int) {
        #expect(PageMap.pages(for: byteCount) == pages)
    }

    @Test func smallRequestsAreServedFromTheBottomAndLargeOnesFromTheTop() {
        var map = PageMap(pageCount: 4 * runPages)
        let small = map.allocate(byteCount: 1)
        let next = map.allocate(byteCount: 8192)
        let large = map.allocate(byteCount: 2 << 20)
        let larger = map.allocate(byteCount: (2 << 20) + 1)
        #expect(small == ArenaRange(firstPage: 0, pageCount: 1))
        #expect(next == ArenaRange(firstPage: 1, pageCount: 2))
        #expect(large == ArenaRange(firstPage: 3 * runPages, pageCount: runPages))
        #expect(larger == ArenaRange(firstPage: runPages, pageCount: 2 * runPages))
        let none = map.allocate(byteCount: 2 << 20)
        #expect(none == nil)
        // The first gap is used again before any page that was never touched.
        if let small { map.free(small) }
        let again = map.allocate(byteCount: 4096)
        #expect(again == small)
        #expect(map.freePages == runPages - 3)
    }

    @Test func looksOnlyWhereItIsTold() {
        var map = PageMap(pageCount: 3 * runPages)
        let whole = map.allocate(byteCount: 511 << 12, in: 0..<1)
        #expect(whole == ArenaRange(firstPage: 0, pageCount: 511))
        let none = map.allocate(byteCount: 8192, in: 0..<1)
        #expect(none == nil)
        let last = map.allocate(byteCount: 4096, in: 0..<1)
        #expect(last == ArenaRange(firstPage: 511, pageCount: 1))
        let tooLarge = map.allocate(byteCount: 6 << 20, in: 1..<3)
        #expect(tooLarge == nil)
        let beyond = map.allocate(byteCount: 2 << 20, in: 2..<9)
        #expect(beyond == ArenaRange(firstPage: 2 * runPages, pageCount: runPages))
        let second = map.allocate(byteCount: 1, in: 1..<3)
        #expect(second == ArenaRange(firstPage: runPages, pageCount: 1))
    }

    @Test func isNeverFooledByALargeNumber() {
        var map = PageMap(pageCount: runPages)
        for byteCount in [Int.max, Int.max - 1, Int.max / 2, 1 << 62] {
            let range = map.allocate(byteCount: byteCount)
            #expect(range == nil)
        }
        var empty = PageMap(pageCount: 0)
        let range = empty.allocate(byteCount: 1)
        #expect(range == nil)
    }

    @Test func servesFirstFitLikeAPlainList() {
        var generator = SeededGenerator.announced(for: "PageMapTests")
        let runs = 4
        var map = PageMap(pageCount: runs * runPages)
        var taken = [Bool](repeating: false, count: runs * runPages)
        var held: [ArenaRange] = []
        for _ in 0..<1500 {
            if Int.random(in: 0..<5, using: &generator) < 2, !held.isEmpty {
                let range = held.remove(at: Int.random(in: 0..<held.count, using: &generator))
                map.free(range)
                for page in pages(of: range) { taken[page] = false }
            } else {
                let most = Int.random(in: 0..<6, using: &generator) == 0 ? 5 << 20 : 1 << 19
                let byteCount = Int.random(in: 1...most, using: &generator)
                let lowest = Bool.random(using: &generator)
                let range = map.allocate(byteCount: byteCount, lowest: lowest)
                #expect(range == expected(byteCount, taken, lowest))
                if let range {
                    for page in pages(of: range) {
                        #expect(!taken[page])
                        taken[page] = true
                    }
                    held.append(range)
                }
            }
            #expect(map.freePages == taken.count { !$0 })
        }
        for range in held { map.free(range) }
        #expect(map.freePages == runs * runPages)
    }

    @Test func aPageFreedTwiceTraps() async {
        await #expect(processExitsWith: .failure) {
            var map = PageMap(pageCount: PageMap.pagesPerRun)
            guard let range = map.allocate(byteCount: 1) else { return }
            map.free(range)
            map.free(range)
        }
    }

    private func pages(of range: ArenaRange) -> Range<Int> {
        range.firstPage..<(range.firstPage + range.pageCount)
    }

    /// First fit, said plainly.
    private func expected(_ byteCount: Int, _ taken: [Bool], _ lowest: Bool) -> ArenaRange? {
        let count = (byteCount + 4095) / 4096
        let isSmall = count < runPages
        let size = isSmall ? count : (count + runPages - 1) / runPages * runPages
        guard size <= taken.count else { return nil }
        let last = taken.count - size
        let runs = Array(stride(from: 0, through: last, by: runPages))
        let starts = isSmall ? Array(0...last) : lowest ? runs : runs.reversed()
        for start in starts where !taken[start..<(start + size)].contains(true) {
            return ArenaRange(firstPage: start, pageCount: size)
        }
        return nil
    }
}
