internal import LoadGenerator
internal import Synchronization

/// The client that stands for all who mean well: 10,000 values more than a hundred times a second on one connection, each
/// answer compared, each time taken.
final class HealthyClient: Sendable {
    /// What it has seen.
    struct Record: Sendable {
        var right = 0
        var failures = 0
        var firstFailure: Mishap?
        var latencies = Latencies()
    }

    private struct State {
        var total = Record()
        /// Since the last look.
        var recent = Latencies()
        var isEnding = false
    }

    /// What the thread and its owner share.
    private final class Shared: Sendable {
        let state = Mutex(State())
    }

    private let shared = Shared()
    private let thread: SystemThread

    init(at site: Site) throws {
        let shared = shared
        let payload = try Payload(valueCount: 10_000, seed: 77)
        thread = try SystemThread(name: "healthy") { Self.live(at: site, payload, shared) }
    }

    /// The latencies since this was asked last.
    func takeRecent() -> Latencies {
        shared.state.withLock { state in
            defer { state.recent = Latencies() }
            return state.recent
        }
    }

    /// Ends it, and tells all it has seen.
    func end() -> Record {
        shared.state.withLock { $0.isEnding = true }
        thread.join()
        return shared.state.withLock { $0.total }
    }

    private static func live(at site: Site, _ payload: Payload, _ shared: Shared) {
        var connection: RawConnection?
        var number = 0
        while !shared.state.withLock({ $0.isEnding }) {
            let question = payload.questions[number % payload.questions.count]
            number += 1
            let began = monotonicNanoseconds()
            do {
                let open = try connection ?? site.connect()
                connection = nil
                try open.post(payload, question.query, chunks: nil)
                let keepsAlive = try open.answer(
                    question.answer, to: "the healthy client's \(question.query)")
                if keepsAlive { connection = open }
                let time = monotonicNanoseconds() - began
                shared.state.withLock { state in
                    state.total.right += 1
                    state.total.latencies.record(nanoseconds: time)
                    state.recent.record(nanoseconds: time)
                }
            } catch {
                let mishap = Mishap(error, while: "the healthy client's \(question.query)")
                shared.state.withLock { state in
                    state.total.failures += 1
                    state.total.firstFailure = state.total.firstFailure ?? mishap
                }
            }
            sleep(milliseconds: 5)
        }
    }
}
