import Testing

@testable import Compare

struct ClaimsTests {
    /// A way to break the sound comparison, and the claims that must see it, by the beginnings of their texts.
    struct Break: CustomTestStringConvertible {
        let what: String
        let claims: [String]
        let apply: @Sendable (inout SoundCells) -> Void
        var testDescription: String { what }

        init(_ what: String, _ claims: String..., apply: @escaping @Sendable (inout SoundCells) -> Void) {
            self.what = what
            self.claims = claims
            self.apply = apply
        }

        /// A peer's rate becomes this share of Sluice's.
        static func nearer(_ cell: String, _ share: Double, _ claims: String...) -> Break {
            let workload = cell.split(separator: "/")[1]
            return Break(all: claims, "\(cell) at \(share) of Sluice") { cells in
                let own = cells.cells["sluice/\(workload)"]![0].seconds
                cells.change(cell) { $0.seconds = own / share }
            }
        }

        private init(
            all claims: [String], _ what: String, apply: @escaping @Sendable (inout SoundCells) -> Void
        ) {
            self.what = what
            self.claims = claims
            self.apply = apply
        }
    }

    static let breaks: [Break] = [
        .nearer("go/predict-30MB", 0.8, "predict-30MB: ≥ 1.3 ×", "predict-30MB: sluice-landed"),
        .nearer("gunicorn-sync/predict-30MB", 0.21, "predict-30MB: ≥ 5 × Gunicorn 27"),
        .nearer(
            "gunicorn-gthread/predict-30MB", 0.7, "predict-30MB: ≥ 1.5 × Gunicorn 27 with any other",
            "predict-30MB: sluice-landed"),
        .nearer("waitress/predict-30MB", 0.126, "predict-30MB: ≥ 8 × Waitress"),
        .nearer("go-streaming/predict-30MB", 1.01, "predict-30MB: ≥ 1 × the fastest streaming twin"),
        Break("a thrifty twin", "predict-30MB: server CPU") {
            $0.change("go-streaming/predict-30MB") { $0.cpuSeconds = 0.88 }
        },
        Break("a handler behind its peers", "predict-30MB: sluice-landed ahead of every whole-body") {
            $0.change("sluice-landed/predict-30MB") { $0.seconds = 10.1 }
        },
        .nearer("go-streaming/predict-4B", 1, "predict-4B: ahead"),
        .nearer("go/hello-500-kept", 1.1, "hello-500-kept: ahead"),
        .nearer("go/hello-1000-new", 1.1, "hello-1000-new: ahead"),
        Break("a failure of Sluice", "hello-500-new: ahead") {
            $0.change("sluice/hello-500-new") { $0.failures = 1 }
        },
        Break("Sluice cut", "hello-1000-kept: ahead") {
            $0.change("sluice/hello-1000-kept") { $0.unfinished = 1 }
        },
        Break("a slow round of waiting", "wait-1000: all done") {
            $0.change("sluice/wait-1000") { $0.seconds = 1.21 }
        },
        Break("one that waits for ever", "wait-1000: all done") {
            $0.change("sluice/wait-1000") { $0.unfinished = 1 }
        },
        Break("a thread", "wait-1000: no thread") {
            $0.change("sluice/wait-1000") { $0.threadsAdded = 1 }
        },
        Break("/hello later by 6 ms", "wait-blocking-1000") {
            $0.change("sluice/wait-blocking-1000") { $0.helloBeside = 0.007 }
        },
        Break("/hello later by 6 ms beside a long body", "predict-256MB") {
            $0.change("sluice/predict-256MB") { $0.helloBeside = 0.007 }
        },
        Break("a blocking handler that fails", "wait-blocking-1000") {
            $0.change("sluice/wait-blocking-1000") { $0.failures = 1 }
        },
        Break("/hello without an answer", "wait-blocking-1000") {
            $0.change("sluice/wait-blocking-1000") { $0.helloFailures = 1 }
        },
        .nearer("go/wait-cpu-1000", 1.1, "wait-cpu-1000: ahead"),
        Break("a slow fanout", "fanout-100: all done") {
            $0.change("sluice/fanout-100") { $0.seconds = 1.21 }
        },
        .nearer("go/fanout-100", 1.1, "fanout-100: ahead"),
        .nearer("waitress/cpu-1000-threads-1", 0.21, "cpu-1000-threads-1: ≥ 5 ×"),
        .nearer("waitress/cpu-1000-threads-2", 0.21, "cpu-1000-threads-2: ≥ 5 ×"),
        Break("no scaling", "cpu-1000: 2 threads") {
            $0.change("sluice/cpu-1000-threads-2") { $0.seconds = 0.57 }
        },
    ]

    @Test(arguments: [1, 3])
    func allHoldInASoundComparison(rounds: Int) {
        let claims = Claims(comparison: SoundCells(rounds: rounds).comparison).all
        #expect(claims.filter { $0.standing != .held(nil) }.map(\.line) == [])
        #expect(claims.allSatisfy { $0.line.hasSuffix("— held") })
    }

    @Test(arguments: breaks)
    func eachBreakIsSeenByItsClaims(fault: Break) {
        var cells = SoundCells()
        fault.apply(&cells)
        let failed = Claims(comparison: cells.comparison).all.filter { $0.standing == .failed }
        #expect(failed.count == fault.claims.count, "\(failed.map(\.line))")
        for (claim, beginning) in zip(failed, fault.claims) {
            #expect(claim.text.hasPrefix(beginning), "\(claim.line)")
            #expect(claim.line.hasSuffix("— DID NOT HOLD"))
        }
    }

    @Test func everyClaimIsBrokenByOne() {
        let claims = Claims(comparison: SoundCells().comparison).all.map(\.text)
        let beginnings = Self.breaks.flatMap(\.claims)
        #expect(claims.filter { claim in !beginnings.contains { claim.hasPrefix($0) } } == [])
    }

    private func claims(
        rounds: Int = 1, _ change: (inout SoundCells) -> Void
    ) -> [(beginning: String, standing: Claim.Standing, line: String)] {
        var cells = SoundCells(rounds: rounds)
        change(&cells)
        return Claims(comparison: cells.comparison).all.map { ($0.text, $0.standing, $0.line) }
    }

    private func isUnknown(_ standing: Claim.Standing, for name: String) -> Bool {
        if case .unknown(let reason) = standing { reason.contains(name) } else { false }
    }

    /// By its right answers alone, that is.
    @Test func aPeerWithWrongAnswersOrManyFailuresIsBehindOrLeavesItOpen() {
        let behind = claims {
            $0.change("go/hello-500-kept") { $0.wrong = 1 }
            $0.change("waitress/hello-500-kept") { $0.failures = 100 }
        }
        #expect(behind.allSatisfy { $0.standing == .held(nil) })
        for (peer, change) in [
            ("go", { $0.wrong = 1 }), ("waitress", { $0.failures = 100 }),
        ] as [(String, (inout CellFigures) -> Void)] {
            let ahead = claims {
                $0.change("\(peer)/hello-500-kept") {
                    $0.seconds = 1e-6
                    change(&$0)
                }
            }
            for claim in ahead {
                let isOpen = isUnknown(claim.standing, for: peer)
                #expect(isOpen == claim.beginning.hasPrefix("hello-500-kept"), "\(claim.line)")
                #expect(isOpen || claim.standing == .held(nil), "\(claim.line)")
            }
        }
    }

    /// In one round of three: all that is said of it.
    @Test(arguments: [
        ("go/hello-1000-kept", 1), ("waitress/predict-30MB", 3), ("go-streaming/predict-30MB", 2),
    ])
    func aPeerThatCouldNotBeRunLeavesItOpen(cell: String, count: Int) {
        let names = cell.split(separator: "/").map(String.init)
        let open = claims(rounds: 3) { $0.notRun = [cell] }.filter { $0.standing != .held(nil) }
        #expect(open.count == count, "\(open.map(\.line))")
        for claim in open {
            #expect(
                claim.beginning.hasPrefix(names[1]) && isUnknown(claim.standing, for: names[0]),
                "\(claim.line)")
        }
    }

    /// A round in which it was cut with nothing done hides none of the others.
    @Test func aPeerThatIsAheadInMostRoundsIsAhead() {
        let claims = claims(rounds: 3) { cells in
            for (round, seconds) in [(0, 0.1), (1, 0.1), (2, 1)] {
                cells.cells["go/hello-500-kept"]![round].seconds = seconds
            }
            cells.cells["go/hello-500-kept"]![2].right = 0
            cells.cells["waitress/hello-1000-kept"]![2].right = 0
        }
        for claim in claims {
            let isOpen = isUnknown(claim.standing, for: "go not ranked, and ahead")
            #expect(isOpen == claim.beginning.hasPrefix("hello-500-kept"), "\(claim.line)")
            #expect(isOpen || claim.standing == .held(nil), "\(claim.line)")
        }
    }

    /// All that is said of a workload falls with it.
    @Test(arguments: ["predict-30MB", "predict-256MB", "wait-1000", "fanout-100", "cpu-1000-threads-2"])
    func sluiceItselfMustBeSound(workload: String) {
        for change in [
            { $0.notRun = ["sluice/\(workload)"] },
            { $0.change("sluice/\(workload)") { ($0.right, $0.failures) = ($0.right / 2, $0.right / 2) } },
            { $0.change("sluice/\(workload)") { $0.wrong = 1 } },
        ] as [(inout SoundCells) -> Void] {
            let claims = claims(rounds: 3, change)
            for claim in claims {
                let falls =
                    claim.beginning.hasPrefix(workload) && !claim.beginning.contains("sluice-landed")
                    || workload.hasPrefix("cpu") && claim.beginning.hasPrefix("cpu-1000: ")
                #expect(claim.standing == (falls ? .failed : .held(nil)), "\(claim.line)")
            }
        }
    }

    /// In the middle of its rounds, or by one in a hundred in each.
    @Test func saysWhereItIsHardlyAhead() {
        for seconds in [[1.2, 1.2, 0.9], [1.01, 1.01, 1.01]] {
            let claims = claims(rounds: 3) { cells in
                for (round, factor) in seconds.enumerated() {
                    let own = cells.cells["sluice/hello-500-kept"]![round].seconds
                    cells.cells["go/hello-500-kept"]![round].seconds = factor * own
                }
            }
            for claim in claims {
                let isClose = claim.line.contains("× go, all but level — held")
                #expect(isClose == claim.beginning.hasPrefix("hello-500-kept"), "\(claim.line)")
            }
        }
    }

    @Test func whatIsLackingBesideTheServersIsNobodysFault() {
        for claim in claims(rounds: 3, { $0.lacking = ["fanout-100"] }) {
            let isOpen = isUnknown(claim.standing, for: "no slow service")
            #expect(isOpen == claim.beginning.hasPrefix("fanout-100"), "\(claim.line)")
            #expect(isOpen || claim.standing == .held(nil), "\(claim.line)")
        }
    }

    @Test func saysThatNotAllPeersWereChosen() {
        let claims = claims { $0.unchosen = [.peer("beast", family: "cpp"), .peer("bjoern")] }
        for (beginning, ending) in [
            ("predict-4B: ahead", "held among the 5 that were run, of 7"),
            ("predict-30MB: ≥ 1.3", "held among the 4 that were run, of 6"),
            ("predict-30MB: ≥ 8 × Waitress (its default buffers)", "— held"),
            ("cpu-1000-threads-1: ≥ 5", "held among the 3 that were run, of 4"),
        ] {
            let claim = claims.first { $0.beginning.hasPrefix(beginning) }
            #expect(claim?.line.hasSuffix(ending) == true, "\(claim?.line ?? beginning)")
        }
    }

    /// It is Sluice: what it is ahead of is no peer of it, and it is none.
    @Test func sluiceIsNotItsOwnPeer() {
        var cells = SoundCells()
        cells.change("sluice-landed/predict-4B") { $0.seconds = 1e-6 }
        let claims = Claims(comparison: cells.comparison).all
        #expect(claims.filter { $0.standing != .held(nil) }.map(\.line) == [])
    }

    @Test func judgesNothingThatWasNotMeasured() {
        let claims = Claims(comparison: Comparison(plan: [], peers: [])).all
        #expect(!claims.isEmpty)
        for claim in claims {
            guard case .unknown = claim.standing else {
                Issue.record("\(claim.line)")
                continue
            }
        }
    }
}
