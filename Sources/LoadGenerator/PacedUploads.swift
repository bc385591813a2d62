internal import Synchronization

/// Clients that upload at a set pace, each one request after the other, all from one thread: slow ones to be a
/// burden, or very many at once.
public final class PacedUploads: Sendable {
    private let shared = Shared()
    private let thread: SystemThread

    private final class Shared: Sendable {
        let isStopped = Atomic<Bool>(false)
        let isFinished = Atomic<Bool>(false)
        let outcome = Mutex(LoadOutcome())
    }

    /// Connects all clients, then begins.
    ///
    /// - Parameters:
    ///   - plan: what each sends; its `connections` are not looked at, and its `timeout` is how long the server may
    ///     take nothing and answer nothing, for the pace of a client makes its requests as long as they are.
    ///   - rates: for each client, the bytes it sends in a second; nil: as many as go.
    ///   - requests: how many each makes; nil: until ``stop()``.
    /// - Throws: ``LoadFailure`` if one cannot connect, ``SystemError`` if there can be no thread.
    public init(_ plan: LoadPlan, rates: [Int?], requests: Int? = nil) throws {
        var uploads: [PacedUpload] = []
        for rate in rates { uploads.append(try PacedUpload(plan, bytesPerSecond: rate, requests: requests)) }
        thread = try SystemThread(name: "paced-uploads") { [shared, uploads] in
            let outcome = Self.run(uploads, until: shared.isStopped)
            shared.outcome.withLock { $0 = outcome }
            shared.isFinished.store(true, ordering: .releasing)
        }
    }

    /// Whether each client has made all its requests.
    public var isFinished: Bool { shared.isFinished.load(ordering: .acquiring) }

    /// Waits until each client has made all its requests. Once, and either this or ``stop()``.
    public func wait() -> LoadOutcome {
        thread.join()
        return shared.outcome.withLock { $0 }
    }

    /// Ends all clients where they are. What is under way is not counted.
    public func stop() -> LoadOutcome {
        shared.isStopped.store(true, ordering: .relaxed)
        return wait()
    }

    private static func run(_ uploads: [PacedUpload], until isStopped: borrowing Atomic<Bool>) -> LoadOutcome
    {
        var outcome = LoadOutcome()
        while !isStopped.load(ordering: .relaxed) {
            var (isActive, hasMoved) = (false, false)
            let now = monotonicNanoseconds()
            for upload in uploads where upload.isActive {
                isActive = true
                if upload.advance(now: now, &outcome) { hasMoved = true }
            }
            guard isActive else { break }
            if !hasMoved { sleep(milliseconds: 1) }
        }
        return outcome
    }
}

/// One of the clients. It belongs to the thread that runs them.
private final class PacedUpload: @unchecked Sendable {
    private let connection: ClientConnection
    private let bytesPerSecond: Int?
    private var requestsLeft: Int
    private var began: UInt64?
    private var sent = 0
    /// Since when the server has let it wait.
    private var waitsSince: UInt64?
    /// When it may begin again: a server that is not there would be asked a hundred thousand times a second.
    private var restsUntil: UInt64 = 0
    private let patience: UInt64
    private let requestBytes: Int

    /// What goes with one call at most, so that all get their turn.
    private static let largestPiece = 128 << 10
    /// A slow client sends five times a second and not a few bytes each millisecond.
    private static let piecesPerSecond = 5

    init(_ plan: LoadPlan, bytesPerSecond: Int?, requests: Int?) throws(LoadFailure) {
        connection = ClientConnection(plan: plan, blocking: false)
        self.bytesPerSecond = bytesPerSecond
        requestsLeft = requests ?? .max
        patience = plan.timeout.nanoseconds
        requestBytes = plan.head.count + plan.body.byteCount
        try connection.open(wait: true)
    }

    var isActive: Bool { requestsLeft > 0 }

    /// Does what can be done now.
    /// - Returns: whether anything moved.
    func advance(now: UInt64, _ outcome: inout LoadOutcome) -> Bool {
        guard let began else {
            guard now >= restsUntil else { return false }
            return begin(now: now, &outcome)
        }
        guard let step = step(began: began, now: now) else {
            let since = waitsSince ?? now
            waitsSince = since
            guard now - since > patience else { return false }
            end(.failed(.timeout), began: began, &outcome)
            return true
        }
        waitsSince = nil
        switch step {
        case .moved(let count): sent += count
        case .ended(let verdict): end(verdict, began: began, &outcome)
        case .paused: return false
        }
        return true
    }

    private enum Step {
        case moved(Int)
        /// It may send again later: its own pace.
        case paused
        case ended(Verdict)
    }

    /// - Returns: nil if the server lets it wait.
    private func step(began: UInt64, now: UInt64) -> Step? {
        if connection.isSent { return connection.receiveAll().map(Step.ended) }
        let piece = allowance(began: began, now: now)
        guard piece > 0 else { return .paused }
        return switch connection.send(atMost: piece) {
        case .moved(let count): .moved(count)
        case .again: nil
        case .ended(let verdict): .ended(connection.refusal(insteadOf: verdict))
        }
    }

    private func begin(now: UInt64, _ outcome: inout LoadOutcome) -> Bool {
        if connection.descriptor == nil {
            do throws(LoadFailure) {
                // All others would wait with it. Until it is open it takes nothing.
                try connection.open(wait: false)
            } catch {
                end(.failed(error), began: now, &outcome)
                return false
            }
        }
        connection.begin()
        began = now
        sent = 0
        waitsSince = nil
        return true
    }

    private func end(_ verdict: Verdict, began: UInt64, _ outcome: inout LoadOutcome) {
        let ended = monotonicNanoseconds()
        if case .failed = verdict {
            connection.close()
            restsUntil = ended + 10_000_000
        }
        outcome.record(verdict, began: began, ended: ended)
        self.began = nil
        requestsLeft -= 1
    }

    private func allowance(began: UInt64, now: UInt64) -> Int {
        guard let bytesPerSecond else { return Self.largestPiece }
        let due = Int(Double(now - began) / 1e9 * Double(bytesPerSecond)) - sent
        let piece = min(Self.largestPiece, max(1, bytesPerSecond / Self.piecesPerSecond), requestBytes - sent)
        return due >= piece ? min(due, Self.largestPiece) : 0
    }
}
