import SimulatedRing
import Uring

@testable import Sluice

/// One storm from its seed to its verdict.
struct Storm {
    let plan: StormPlan
    private(set) var problems: [String] = []
    private(set) var traceHash: UInt64 = 0
    /// Whether the planted mistake was made at all.
    private(set) var isSabotaged = false
    private(set) var answered = 0

    init(seed: UInt64, sabotage: Sabotage? = nil) throws {
        plan = StormPlan(seed: seed)
        let stage = try Stage(
            seed: seed, faults: plan.faults, reactors: plan.reactors, sabotage: sabotage, limits: plan.limits,
            sharesListener: plan.sharesListener)
        stage.kernel.descriptorLimit = plan.descriptorLimit
        stage.kernel.receiveWindow = plan.receiveWindow
        if plan.isGentle {
            for watch in stage.watches {
                watch.recentLines = { [unowned kernel = stage.kernel] in kernel.traceLines(30) }
            }
        }
        // Nothing but its ring may wake the server: a lost wake-up becomes a stall.
        stage.kernel.clientStepsEndTurns = false
        let clients = plan.clients.map { planned in
            let client = stage.kernel.connect(to: stage.listener, after: planned.delay, planned.steps)
            client.bytesWithheld = planned.bytesWithheld
            return client
        }
        do {
            try weather(stage)
        } catch {
            problems.append("\(error)")
        }
        for (index, client) in clients.enumerated() {
            var verdict = Verdict(plan, plan.clients[index], client, wasStopped: stage.stopTime != nil)
            verdict.judge()
            answered += verdict.answered
            problems += verdict.problems.map { "client \(index): \($0)" }
        }
        problems += Self.shortBodies(answered: stage.log.answeredLengths, of: plan)
        if plan.isGentle { problems += stage.watches.flatMap(\.abandoned) }
        traceHash = stage.kernel.traceHash
        isSabotaged = stage.watches.contains(where: \.isSabotaged)
    }

    /// No kernel and no handler answers a body that is not whole, or answers one twice.
    private static func shortBodies(answered: [Int], of plan: StormPlan) -> [String] {
        var sent = plan.clients.flatMap(\.requests).compactMap(\.observedLength)
        return answered.compactMap { length in
            guard let place = sent.firstIndex(of: length) else {
                return "a body of \(length) bytes was answered"
            }
            sent.remove(at: place)
            return nil
        }
    }

    private func weather(_ stage: Stage) throws {
        if let delay = plan.stopAfter {
            stage.kernel.after(delay) { [unowned stage] _ in stage.stop() }
            try stage.run { stage.stopTime != nil && stage.isFinished }
            // Whoever was in the backlog will not be accepted any more.
            stage.kernel.faults = .none
            let end = stage.kernel.now
            try checkStop(stage, end)
            // A call that nobody waits for any more holds its body until it ends.
            stage.compute.stop()
            try stage.checkShared()
            return
        }
        // Who comes to a full server waits in the backlog for a place, not for ever.
        try stage.run { stage.kernel.clientsAreFinished && stage.liveCount == 0 }
        try stage.comeToRest()
        stage.stop()
        try stage.run { stage.isFinished }
        try stage.checkShared()
    }

    /// The deadline, and what closing takes: cancellations that miss are repeated every second.
    private func checkStop(_ stage: Stage, _ end: MonotonicInstant) throws {
        guard plan.faults.clockJump == 0, let begin = stage.stopTime else { return }
        let latest = begin.advanced(by: plan.limits.drainDelay + plan.limits.stopDeadline + .seconds(4))
        try stage.require(end <= latest, "the stop took until \(end), and should have ended by \(latest)")
    }

    /// What two runs of it must have in common.
    var line: String { "storm \(plan.seed): trace \(String(traceHash, radix: 16)), \(answered) answers" }

    func tell() { print(line) }

    /// What to print so that it can be seen again.
    var report: String {
        """
        seed \(plan.seed), trace \(String(traceHash, radix: 16)), \(plan.reactors) reactors, \
        stop after \(plan.stopAfter.map { "\($0)" } ?? "–"), gentle \(plan.isGentle)
        again: \(Self.command(replaying: plan.seed))
        \(plan.faults)
        \(plan.limits)
        \(problems.joined(separator: "\n"))
        """
    }

    /// The same storm in a process of its own.
    static func command(replaying seed: UInt64) -> String {
        #if DEBUG
            "SLUICE_SEED=\(seed) swift test --filter StormTests"
        #else
            "SLUICE_SEED=\(seed) swift test -c release -Xswiftc -enable-testing --scratch-path .build-release-tests "
                + "--filter StormTests"
        #endif
    }
}
