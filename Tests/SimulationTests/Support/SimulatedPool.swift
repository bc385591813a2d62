import SimulatedRing

@testable import Sluice

/// A compute pool in virtual time: one thread that takes a while for each call, by the simulation's own dice.
///
/// Everything runs on the one thread of the simulation, which is why it may say that it can be sent.
final class SimulatedPool: ComputeQueue, @unchecked Sendable {
    private unowned let kernel: SimulatedKernel
    /// Its own, so that a pool more or less changes nothing else of a run.
    private var generator: SeededGenerator
    private var line: [@Sendable () -> Void] = []
    private var isWorking = false
    /// Called after each call, whose end a reactor may not hear of.
    var onEnd: () -> Void = {}
    /// How many may wait.
    var limit = 16
    var longestWork: Duration = .milliseconds(20)

    init(_ kernel: SimulatedKernel) {
        self.kernel = kernel
        generator = SeededGenerator(seed: ~kernel.seed)
    }

    var isIdle: Bool { !isWorking }
    var waitingCount: Int { line.count }

    func submit(_ work: @escaping @Sendable () -> Void) -> Bool {
        guard line.count < limit else { return false }
        line.append(work)
        if !isWorking { workOn() }
        return true
    }

    private func workOn() {
        isWorking = !line.isEmpty
        guard isWorking else { return }
        let work = line.removeFirst()
        kernel.after(generator.duration(in: .zero...longestWork)) { [self] _ in
            work()
            workOn()
            onEnd()
        }
    }
}
