internal import Glibc

/// A connection and the request under way on it. Both engines drive it: one blocks in its calls, the other
/// calls when epoll says so.
///
/// It belongs to one thread at a time.
final class ClientConnection: @unchecked Sendable {
    private let plan: LoadPlan
    private let blocking: Bool
    private let head: [UInt8]
    /// Head and body in one piece where that is cheap; empty where the body is large.
    private let small: [UInt8]

    private(set) var socket: TCPSocket?
    /// Requests answered on this connection: only one that was used can have been closed while idle.
    private var served = 0
    /// How long a call that blocks waits, in nanoseconds.
    private var callLimit: UInt64 = 0
    private var sent = 0
    private var inbox: [UInt8]
    private var received = 0

    /// Bodies up to this size are sent in one piece with the head.
    private static let smallBody = 16 << 10

    init(plan: LoadPlan, blocking: Bool) {
        self.plan = plan
        self.blocking = blocking
        head = plan.head
        inbox = [UInt8](repeating: 0, count: plan.largestAnswer)
        small =
            plan.sender == .write && plan.body.byteCount <= Self.smallBody
            ? plan.head + plan.body.lastBytes(plan.body.byteCount) : []
    }

    /// The descriptor to watch.
    var descriptor: Int32? { socket?.descriptor.number }

    /// Opens the connection. One that does not block may be still opening when this returns, unless it is
    /// told to wait.
    ///
    /// - Parameter time: how long it may take, and each call after it; nil: as long as the plan allows.
    func open(wait: Bool, within time: Duration? = nil) throws(LoadFailure) {
        served = 0
        let time = time ?? plan.timeout
        do {
            let socket = try TCPSocket.connect(
                to: plan.endpoint, blocking: blocking || wait, timeout: time,
                congestionControl: plan.congestionControl)
            if wait, !blocking { try socket.stopBlocking() }
            if let bytes = plan.sendBufferBytes {
                socket.setOption(SOL_SOCKET, SO_SNDBUF, Int32(clamping: bytes))
            }
            self.socket = socket
            callLimit = time.nanoseconds
        } catch {
            throw .connect(error.code)
        }
    }

    func close() {
        socket = nil
    }

    /// Closes a connection that the server has closed while it was idle.
    func dropIfStale() {
        if let socket, socket.isStale { close() }
    }

    /// Forgets the last exchange.
    func begin() {
        sent = 0
        received = 0
    }

    /// Whether a failure may only mean that the server closed an idle connection just when we used it: then
    /// the request is sent again on a new one.
    func mayBeStale(_ failure: LoadFailure) -> Bool {
        guard served > 0, received == 0 else { return false }
        return [.broken(0), .broken(EPIPE), .broken(ECONNRESET)].contains(failure)
    }
}

extension ClientConnection {
    /// What one call came to.
    enum Step {
        /// So many bytes were moved; there is more to do.
        case moved(Int)
        /// Nothing can be moved now, or nothing could in the time that a call which blocks waits.
        case again
        /// The exchange is over.
        case ended(Verdict)
    }
}

// Time, where calls block.
extension ClientConnection {
    /// Whether there is time for another call. It waits an eighth longer than that at most: how long is an
    /// option of the socket, and setting it is a system call, which requests are spared that do not take an
    /// eighth of their time.
    func hasTime(until deadline: UInt64) -> Bool {
        let now = monotonicNanoseconds()
        guard now < deadline else { return false }
        let left = deadline - now
        if left < callLimit - callLimit / 8 || callLimit < left - left / 8 {
            socket?.setTimeouts(.nanoseconds(left))
            callLimit = left
        }
        return true
    }
}

// Sending.
extension ClientConnection {
    private var requestCount: Int { head.count + plan.body.byteCount }

    /// Whether the whole request is with the kernel.
    var isSent: Bool { sent == requestCount }

    /// Hands the kernel as much of the request as it takes in one call.
    /// - Parameter limit: the most bytes of the body.
    func send(atMost limit: Int = .max) -> Step {
        guard let socket else { return .ended(.failed(.broken(0))) }
        switch send(to: socket, atMost: limit) {
        case .moved(let count):
            sent += count
            return .moved(count)
        case .again: return .again
        case .ended: return .ended(.failed(.broken(0)))
        case .failed(let code):
            // What a connection says that was still opening.
            let refusals = [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, ETIMEDOUT]
            let neverOpened = sent == 0 && served == 0 && refusals.contains(code)
            return .ended(.failed(neverOpened ? .connect(code) : .broken(code)))
        }
    }

    private func send(to socket: TCPSocket, atMost limit: Int) -> Transfer {
        // Locals: a span cannot outlive the access to a property of a class.
        let (small, head, region) = (small, head, plan.body.region)
        if !small.isEmpty {
            return socket.send(small.span.extracting(droppingFirst: sent))
        }
        let bodySent = max(0, sent - head.count)
        let bodyLeft = min(limit, plan.body.byteCount - bodySent)
        let headLeft = head.span.extracting(droppingFirst: min(sent, head.count))
        if plan.sender == .sendfile, let file = plan.body.file {
            return headLeft.isEmpty
                ? socket.send(file: file, from: bodySent, count: bodyLeft) : socket.send(headLeft, more: true)
        }
        let body = region.bytes.extracting(bodySent..<(bodySent + bodyLeft))
        return headLeft.isEmpty ? socket.send(body) : socket.send(headLeft, then: body)
    }
}

// Receiving.
extension ClientConnection {
    /// Receives once, and judges the answer if it is complete.
    func receive() -> Step {
        guard let socket else { return .ended(.failed(.broken(0))) }
        let room = inbox.count - received
        let transfer = unsafe inbox.withUnsafeMutableBytes {
            unsafe socket.receive(into: $0.baseAddress! + received, count: room)
        }
        switch transfer {
        case .moved(let count):
            received += count
            return judge(ended: false).map { .ended($0) } ?? .moved(count)
        case .ended: return .ended((received == 0 ? nil : judge(ended: true)) ?? .failed(.broken(0)))
        case .again: return .again
        case .failed(let code): return .ended(.failed(.broken(code)))
        }
    }

    /// Receives until the answer is complete or there is nothing more to receive now.
    func receiveAll() -> Verdict? {
        while true {
            switch receive() {
            case .moved: continue
            case .again: return nil
            case .ended(let verdict): return verdict
            }
        }
    }

    /// A server that refuses a body may answer and stop reading. Its answer, if it is there, says more than
    /// the broken pipe that sending met.
    func refusal(insteadOf verdict: Verdict) -> Verdict {
        guard case .failed(.broken) = verdict, let answer = receiveAll(), case .failed(.status) = answer
        else {
            return verdict
        }
        return answer
    }

    private func judge(ended: Bool) -> Verdict? {
        let inbox = inbox
        let bytes = inbox.span.extracting(first: received)
        let response: Response
        do throws(Response.Malformed) {
            guard let found = try Response.find(in: bytes, ended: ended) else {
                // An answer is a few bytes; one that does not fit is none of ours.
                return received < inbox.count ? nil : .failed(.malformed(.unaskedBytes))
            }
            response = found
        } catch {
            return .failed(error == .cut ? .broken(0) : .malformed(error))
        }
        served += 1
        if !response.keepsAlive || !isSent || plan.opensAnew { close() }
        guard response.status == 200 else { return .failed(.status(response.status)) }
        // An answer to a body that it has not seen the end of.
        guard isSent else { return .failed(.malformed(.unaskedBytes)) }
        let content = response.content(in: inbox)
        return plan.expectedAnswer.accepts(content) ? .right : .wrong(Array(content))
    }
}
