import Testing

/// Each planted mistake is found within a few hundred storms: the tests can fail.
@Suite struct CanaryTests {
    @Test(arguments: Sabotage.Kind.allCases)
    func findsAPlantedMistake(kind: Sabotage.Kind) throws {
        // A send at once is cut short in one storm of thirty, and seldom twice in the same.
        let isRare = [.restOfSendLost, .sendCountOffByOne].contains(kind)
        for seed in UInt64(1)...300 {
            let after = Int(seed % (isRare ? 2 : 20))
            let storm = try Storm(seed: seed, sabotage: Sabotage(kind: kind, after: after))
            guard storm.isSabotaged, let first = storm.problems.first else { continue }
            print("canary \(kind): seed \(seed): \(first.split(separator: "\n").first ?? "")")
            return
        }
        Issue.record("\(kind) was not found")
    }
}
