internal import Sluice
internal import Synchronization

/// Calls the slow service over connections that are kept, as many at once as are wanted.
///
/// The calls are made by the handler's own task, and what they wait for is waited for by its reactor: no other thread has to
/// be woken for an answer, or asked for a connection.
final class SlowClient: Sendable {
    private let port: UInt16
    /// The last that was used is the next.
    private let idle = Mutex<[SlowConnection]>([])

    init(port: UInt16) { self.port = port }

    /// Calls so many times at once, for as long as `request` may take.
    /// - Returns: how many were answered rightly.
    /// - Throws: `CancellationError` when the request is given up; the connections that still wait for an answer are closed.
    func call(times: Int, for request: Request) async throws -> Int {
        let connections = (0..<times).compactMap { _ in takeIdle() ?? SlowConnection(port: port) }
        // All are asked before the first is waited for; those that are not connected yet come last.
        for connection in connections where connection.isConnected { try await connection.ask(request) }
        for connection in connections where !connection.isConnected { try await connection.ask(request) }
        var right = 0
        for connection in connections {
            guard let answer = try await connection.answer(request) else { continue }
            if answer.isRight { right += 1 }
            if answer.keepsConnection { keep(connection) }
        }
        forgetOldest()
        return right
    }

    private func takeIdle() -> SlowConnection? {
        while let connection = idle.withLock({ $0.popLast() }) {
            if connection.isIdle { return connection }
        }
        return nil
    }

    /// If it has been closed at the other end: after a rush nobody may come to it for long.
    private func forgetOldest() {
        let oldest: SlowConnection? = idle.withLock { idle in
            guard let first = idle.first, !first.isIdle else { return nil }
            return idle.removeFirst()
        }
        // Closed here, not under the lock.
        withExtendedLifetime(oldest) {}
    }

    private func keep(_ connection: SlowConnection) { idle.withLock { $0.append(connection) } }
}
