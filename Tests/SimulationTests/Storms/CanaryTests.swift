import Testing

/// Each planted mistake is found within a few hundred storms: the tests can fail.
@Suite struct CanaryTests {
    @Test(arguments: Sabotage.Kind.allCases)
    func findsAPlantedMistake(kind: Sabotage.Kind) throws {
        for seed in UInt64(1)...300 {
            let storm = try Storm(seed: seed, sabotage: Sabotage(kind: kind, after: Int(seed % 20)))
            guard storm.isSabotaged, let first = storm.problems.first else { continue }
            print("canary \(kind): seed \(seed): \(first.split(separator: "\n").first ?? "")")
            return
        }
        Issue.record("\(kind) was not found")
    }
}
