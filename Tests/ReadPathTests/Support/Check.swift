// How the read path is held to what it promises: a server of its own process, as `swift build -c release` made
// it, is given bodies and watched from outside, by counters that are Linux's or a tool's and not its own. The
// figure is a slope (what each further request adds) and may not be above its threshold. Each check has a
// positive control: a reader that is worse in one way, which the same check must catch.
//
// In a debug build there is nothing here: what is measured are release programs, which Tests/run has built when
// it comes to the tests of a release build.
#if !DEBUG
    import Foundation
    import LoadGenerator
    import Testing

    /// One thing that is measured of a server, and held to a threshold.
    struct Check: Sendable {
        /// As the threshold file calls it.
        let name: String
        let measure: @Sendable (Subject) throws -> Double

        /// Sluice stays within the threshold.
        func holds(for reading: Reading) throws {
            try holds(for: .sluice(reading), by: reading)
        }

        /// - Parameter reading: whose threshold it is.
        func holds(for subject: Subject, by reading: Reading) throws {
            let threshold = try Thresholds.threshold(name, reading)
            let value = try report(subject, threshold)
            #expect(
                value <= threshold.atMost,
                "\(name) of \(subject) is \(value), and may be \(threshold.atMost): \(threshold.why)")
        }

        /// The positive control: this reader is caught, and one like it but for the fault is not.
        func catches(_ fault: Subject.Fault, countOnly: Bool = false, by reading: Reading = .streamed) throws
        {
            try catches(.worse(fault, countOnly: countOnly), by: reading)
        }

        func catches(_ subject: Subject, by reading: Reading = .streamed) throws {
            let threshold = try Thresholds.threshold(name, reading)
            let value = try report(subject, threshold)
            #expect(value > threshold.atMost, "\(name) does not see \(subject): \(value)")
        }

        /// The same reader without its fault: it is the fault that is caught.
        func passesPlainReader(countOnly: Bool = false) throws {
            try holds(for: .worse(.none, countOnly: countOnly), by: .streamed)
        }

        /// The values are worth seeing, also where they hold: they show how near a threshold is.
        private func report(_ subject: Subject, _ threshold: Thresholds.Threshold) throws -> Double {
            let value = try measure(subject)
            let text = value == value.rounded() ? "\(Int(value))" : String(format: "%.3f", value)
            print("read path: \(name), \(subject): \(text) (threshold \(threshold.atMost))")
            return value
        }
    }

    /// All tests of the read path, one after the other: each has a server to itself.
    @Suite(.serialized) enum ReadPath {}
#endif
