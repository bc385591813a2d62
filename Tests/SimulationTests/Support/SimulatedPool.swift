import SimulatedRing

@testable import Sluice

/// A compute pool in virtual time: one thread that takes a while for each call, by the simulation's own dice.
///
/// Everything runs on the one thread of the simulation, which is why it may say that it can be sent.
final class SimulatedPool: ComputeQueue, @unchecked Sendable {
    private unowned let kernel: SimulatedKernel
    /// Its own, so that a pool more or less changes nothing else of a run.
    private var generator: SeededGenerator
    private var line = WorkLine()
    private var current: (@Sendable () -> Void)?
    /// Called after each call, whose end a reactor may not hear of.
    var onEnd: () -> Void = {}
    /// How many may wait.
    var limit = 16
    var longestWork: Duration = .milliseconds(20)

    init(_ kernel: SimulatedKernel) {
        self.kernel = kernel
        generator = SeededGenerator(seed: ~kernel.seed)
    }

    var isIdle: Bool { current == nil }
    var waitingCount: Int { line.count }

    func submit(_ work: @escaping @Sendable () -> Void) -> Int? {
        guard let place = line.append(limit: limit, work) else { return nil }
        if current == nil { workOn() }
        return place
    }

    func leave(_ place: Int) { _ = line.leave(place) }

    /// The pool of a server that has stopped: what has begun is finished, what has not never begins. At once, for no
    /// reactor lets time pass any more.
    func stop() {
        current?()
        (current, line) = (nil, WorkLine())
    }

    private func workOn() {
        current = line.popFirst()
        guard current != nil else { return }
        kernel.after(generator.duration(in: .zero...longestWork)) { [self] _ in
            current?()
            workOn()
            onEnd()
        }
    }
}
