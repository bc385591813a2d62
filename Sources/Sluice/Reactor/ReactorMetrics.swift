internal import Synchronization

/// What a reactor has done: written by its thread alone, read by any.
final class ReactorMetrics: Sendable {
    let connectionsAccepted = Counter()
    let connectionsOpen = Counter()
    let connectionsRefused = Counter()
    let acceptFailures = Counter()
    let requests = Counter()
    let authorizationRefusals = Counter()
    let responses2xx = Counter()
    let responses3xx = Counter()
    let responses4xx = Counter()
    let responses5xx = Counter()
    let bodies = Counter()
    let bodiesInFlight = Counter()
    let fastBodies = Counter()
    let bodyTurns = Counter()
    let moves = Counter()
    let receiveBytesGranted = Counter()
    let bodyBytes = Counter()
    let bodyReceiveCompletions = Counter()
    let bodiesTruncated = Counter()
    let bytesMoved = Counter()
    let timeouts = Counter()
    let memoryWaits = Counter()
    let memoryRefusals = Counter()
    let handlerTasks = Counter()
    let handlerTimeouts = Counter()
    let handlersCancelled = Counter()
    let computeRefusals = Counter()
    let kernelShortages = Counter()
    let buffersExhausted = Counter()
    let headBuffersReclaimed = Counter()
    let queueFull = Counter()
    let staleCompletions = Counter()
    let kernelRefusals = Counter()
    let turns = Counter()
    let completions = Counter()
    let completionOverflows = Counter()
    let systemCalls = Counter()
    let headBuffersFree = Counter()
    let windowsFree = Counter()

    func countResponse(code: Int) {
        switch code {
        case ..<300: responses2xx.add(1)
        case ..<400: responses3xx.add(1)
        case ..<500: responses4xx.add(1)
        default: responses5xx.add(1)
        }
    }
}

/// A number with one writer: adding is a load and a store, no locked instruction.
final class Counter: Sendable {
    private let storage = Atomic<Int>(0)
    var value: Int { storage.load(ordering: .relaxed) }
    func add(_ amount: Int) { storage.store(value &+ amount, ordering: .relaxed) }
    func set(_ value: Int) { storage.store(value, ordering: .relaxed) }
}
