import Testing

@testable import IngestBench

struct RoundsTests {
    @Test(arguments: 1...5)
    func eachHasEveryPlaceAndNobodyAlwaysComesBehindTheSame(count: Int) {
        let orders = (0..<2 * count).map { Rounds.order(ofRound: $0, count: count) }
        #expect(orders.allSatisfy { $0.sorted() == Array(0..<count) })
        for half in [orders.prefix(count), orders.suffix(count)] {
            for place in 0..<count { #expect(Set(half.map { $0[place] }).count == count) }
        }
        for server in 0..<count where count > 2 {
            let before = orders.compactMap { order in
                order.firstIndex(of: server).flatMap { $0 > 0 ? order[$0 - 1] : nil }
            }
            #expect(Set(before).count == 2, "\(server) behind \(before)")
        }
    }
}
