import Testing

@testable import Sluice

/// Whether clients are apart often enough to be followed.
struct ClientFollowingTests {
    private var following = ClientFollowing(isOn: true)

    /// - Parameter clashes: in so many of a hundred looks.
    private mutating func look(_ count: Int, clashes: Int) {
        for number in 0..<count {
            following.looked(isFree: number * clashes % 100 + clashes < 100)
        }
    }

    @Test mutating func nobodyIsFollowedBeforeItIsKnownWhereTheyAre() {
        #expect(!following.isWorthIt)
        look(60, clashes: 0)
        #expect(!following.isWorthIt)
        look(60, clashes: 0)
        #expect(following.isWorthIt)
    }

    /// As clients of a thread each do on as many CPUs as there are.
    @Test mutating func whoSeldomClashesIsFollowed() {
        look(200, clashes: 3)
        for _ in 0..<1000 {
            look(1, clashes: 3)
            #expect(following.isWorthIt)
        }
    }

    /// As those of one thread do.
    @Test(arguments: [50, 60, 100])
    mutating func whoOftenClashesIsNot(clashes: Int) {
        look(200, clashes: 0)
        look(200, clashes: clashes)
        for _ in 0..<1000 {
            look(1, clashes: 100)
            look(1, clashes: clashes)
            #expect(!following.isWorthIt)
        }
    }

    @Test mutating func whatClientsDidBeforeIsForgotten() {
        look(10_000, clashes: 100)
        look(120, clashes: 0)
        #expect(following.isWorthIt)
        look(10_000, clashes: 0)
        look(30, clashes: 100)
        #expect(!following.isWorthIt)
    }
}
