internal import Glibc

/// A connection that sends exactly the bytes it is given, when it is told to, and reads answers strictly: for
/// clients that do not behave, and for those that hold a server to the letter.
///
/// Calls block, but none for longer than its time. It belongs to one thread at a time.
public final class RawConnection {
    /// A whole answer.
    public struct Answer: Sendable {
        /// The status code.
        public let status: Int
        /// Its body.
        public let body: [UInt8]
        /// Whether another may follow on the connection.
        public let keepsAlive: Bool
    }

    private let timeout: Duration
    private var socket: TCPSocket?
    /// Received and not yet taken as an answer.
    private var inbox: [UInt8] = []
    private var hasEnded = false

    // A page of metrics is some kilobytes.
    private static let largestAnswer = 1 << 20

    /// Connects.
    ///
    /// - Parameters:
    ///   - timeout: for connecting, for the server to take more, and for each answer.
    ///   - receiveBuffer: `SO_RCVBUF`, for a client that is slow to take its answers.
    public init(
        to endpoint: Endpoint, timeout: Duration = .seconds(5), receiveBuffer: Int32? = nil
    ) throws(LoadFailure) {
        self.timeout = timeout
        do throws(SystemError) {
            socket = try .connect(
                to: endpoint, blocking: true, timeout: timeout, congestionControl: nil,
                receiveBuffer: receiveBuffer)
        } catch {
            throw .connect(error.code)
        }
    }

    /// Refuses to send more: a FIN behind what was sent.
    public func halfClose() {
        socket?.shutdownSending()
    }

    /// Closes with a reset: what is in flight in either direction is lost.
    public func reset() {
        socket?.resetOnClose()
        close()
    }

    /// Closes both directions.
    public func close() {
        socket = nil
    }
}

// Sending.
extension RawConnection {
    /// Sends all bytes.
    public func send(_ bytes: [UInt8]) throws(LoadFailure) {
        guard try take(bytes.span) == bytes.count else { throw .timeout }
    }

    /// Sends all of a text.
    public func send(_ text: String) throws(LoadFailure) {
        try send(Array(text.utf8))
    }

    /// Sends a part of a body from where it lies.
    public func send(_ body: RequestBody, _ range: Range<Int>) throws(LoadFailure) {
        let region = body.region
        guard try take(region.bytes.extracting(range)) == range.count else { throw .timeout }
    }

    /// Sends the same bytes again and again until the server has taken nothing for a while.
    ///
    /// - Parameter limit: how often at most.
    /// - Returns: whether it came to that.
    public func sendUntilStalled(_ bytes: [UInt8], for pause: Duration, limit: Int) throws(LoadFailure)
        -> Bool
    {
        socket?.setTimeouts(pause)
        defer { socket?.setTimeouts(timeout) }
        for _ in 0..<limit where try take(bytes.span) < bytes.count { return true }
        return false
    }

    /// - Returns: how much the server took before it took no more for the time set.
    private func take(_ bytes: Span<UInt8>) throws(LoadFailure) -> Int {
        var sent = 0
        while sent < bytes.count {
            guard let socket else { throw .broken(0) }
            switch socket.send(bytes.extracting(droppingFirst: sent)) {
            case .moved(let count): sent += count
            case .again: return sent
            case .ended: throw .broken(0)
            case .failed(let code): throw .broken(code)
            }
        }
        return sent
    }
}

// Receiving.
extension RawConnection {
    /// Waits until something can be read, the end included; false when nothing came in time.
    public func hasNews(within time: Duration) -> Bool {
        if !inbox.isEmpty || hasEnded { return true }
        return socket?.isReadable(within: time) ?? true
    }

    /// The next final answer; interim ones are passed over.
    public func answer() throws(LoadFailure) -> Answer {
        let deadline = monotonicNanoseconds() + timeout.nanoseconds
        while true {
            if let answer = try takeAnswer() { return answer }
            guard !hasEnded else { throw .broken(0) }
            guard inbox.count < Self.largestAnswer else { throw .malformed(.unaskedBytes) }
            try receive(before: deadline)
        }
    }

    /// Waits for `100 Continue`.
    ///
    /// - Returns: false when a final answer came instead; ``answer()`` has it.
    public func isToldToContinue() throws(LoadFailure) -> Bool {
        let deadline = monotonicNanoseconds() + timeout.nanoseconds
        while true {
            // A local: a span cannot outlive the access to a property of a class.
            let inbox = inbox
            let found: ResponseHead?
            do throws(Response.Malformed) {
                found = try ResponseHead.find(in: inbox.span, from: 0)
            } catch {
                throw .malformed(error)
            }
            if let head = found {
                guard head.status == 100 else { return false }
                self.inbox.removeFirst(head.end)
                return true
            }
            guard !hasEnded else { throw .broken(0) }
            try receive(before: deadline)
        }
    }

    /// Everything until the server's FIN. A reset is ``LoadFailure/broken(_:)``.
    public func rest(within time: Duration) throws(LoadFailure) -> [UInt8] {
        let deadline = monotonicNanoseconds() + time.nanoseconds
        while !hasEnded { try receive(before: deadline) }
        defer { inbox = [] }
        return inbox
    }

    private func takeAnswer() throws(LoadFailure) -> Answer? {
        let inbox = inbox
        guard !inbox.isEmpty else { return nil }
        let found: Response?
        do throws(Response.Malformed) {
            found = try Response.find(in: inbox.span, ended: hasEnded, mayBeFollowed: true)
        } catch {
            throw error == .cut ? .broken(0) : .malformed(error)
        }
        guard let response = found else { return nil }
        let answer = Answer(
            status: response.status, body: Array(response.content(in: inbox)),
            keepsAlive: response.keepsAlive)
        self.inbox.removeFirst(response.body.upperBound)
        return answer
    }

    /// Receives once: at least a byte, or the end.
    private func receive(before deadline: UInt64) throws(LoadFailure) {
        guard let socket else { throw .broken(0) }
        let now = monotonicNanoseconds()
        guard now < deadline, socket.isReadable(within: .nanoseconds(deadline - now)) else { throw .timeout }
        let transfer = unsafe withUnsafeTemporaryAllocation(byteCount: 16 << 10, alignment: 1) { piece in
            let transfer = unsafe socket.receive(into: piece.baseAddress, count: piece.count)
            if case .moved(let count) = transfer { unsafe inbox.append(contentsOf: piece[..<count]) }
            return transfer
        }
        switch transfer {
        case .moved, .again: break
        case .ended: hasEnded = true
        case .failed(let code): throw .broken(code)
        }
    }
}
