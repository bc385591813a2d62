internal import HTTP1
internal import Uring

/// One connection as a pure state machine: events in, one action out, time as an argument. It holds no
/// descriptor, no memory, and calls no kernel; the reactor performs its actions.
///
/// ```
/// idle → accepting head → awaiting memory → (sending continue) → reading body → awaiting handler
///   ↑                                                                                 ↓
///   └──────────────────────────────── writing response ───────────────────────────────┘
///                                          ↓
///                                  draining → closing → free
/// ```
///
/// At most one receive and one send are in flight. Whatever ends a connection goes through
/// ``beginClosing(now:)``, and nothing is released before all that is in flight has completed.
struct Connection {
    enum State {
        case free
        /// Nothing of a request has come.
        case idle
        case acceptingHead
        case awaitingMemory
        case sendingContinue(sent: Int)
        case readingBody
        case awaitingHandler
        case writingResponse(sent: Int, total: Int, closing: Bool)
        /// Too slow: the receive is being cancelled, then comes this answer.
        case abandoningReceive(Answer)
        /// Idle for too long: the receive is being cancelled. It may still bring a request, which is served.
        case closingIdle
        /// Refused or ended by us, FIN sent: what still comes is thrown away, up to so many bytes.
        case draining(bytesLeft: Int)
        case closing
    }

    /// The client, as far as a watch has told.
    enum Peer {
        case isThere
        /// It sends no more, which ends a watch for good.
        case hasEnded
        /// It takes no answer any more either, though what it sent before may still be received.
        case isGone
    }

    /// Operations queued and not completed.
    struct InFlight: OptionSet {
        let rawValue: UInt8
        static let receive = InFlight(rawValue: 1)
        static let send = InFlight(rawValue: 2)
        static let cancelReceive = InFlight(rawValue: 4)
        static let cancelSend = InFlight(rawValue: 8)
        static let close = InFlight(rawValue: 16)
        /// For a peer that is gone while a handler works for it.
        static let watch = InFlight(rawValue: 32)
        static let cancelWatch = InFlight(rawValue: 64)
    }

    /// What is kept of a head once its buffer may go.
    struct RequestSummary {
        var keepsAlive = true
        var isHTTP10 = false
        var isHead = false
        var expectsContinue = false
        var wantsJSON = false
    }

    // Events, in the extensions, write these; the reactor reads them, and sets `headBytes` and `progress` where
    // it moves or takes the bytes.
    var state = State.free
    var inFlight = InFlight()
    /// When ``deadlineReached(now:)`` is due.
    var deadline = MonotonicInstant.distantFuture
    /// What the head buffer holds unread: a head from its first byte, or what came after one.
    var headBytes = 0..<0
    var request = RequestSummary()
    var plan = BodyPlan(sink: .discard, framing: .none, bodyLimit: 0)
    var progress = BodyProgress(.none, bodyLimit: 0)
    /// The answer to a request whose body is only read to keep the connection.
    var answerAfterBody: Answer?
    var requestsAnswered = 0
    /// Whether the client has promised to send nothing behind the request that is being answered, and that is read to its end:
    /// then the connection may be closed at once. Other than `request.keepsAlive`, which is also false where we want to end it.
    var isClientsLast = false
    var isStopping = false
    var rate = BodyRate()
    var responseRate = ResponseRate()
    /// What the last watch told of the peer.
    var peer = Peer.isThere
    /// Whether a receive of a chunked body may bring the beginning of the next head, for which there is a head buffer then.
    var readsAhead = true
    /// What is being sent is not the end of the response.
    var responseGoesOn = false
    /// Whether a response that goes on is the connection's last.
    var closesAfterStream = false
    /// A response that its client does not take has ended with the connection.
    var isCutShort = false
    /// Receives of a landed body for little more than a size line, since a chunk was last received at its place. Many in a
    /// row are of chunks too small for that, or of trailers; one chunk that is seen to be too small counts as many.
    var shortReads: UInt8 = 0
    /// A size line of 18 bytes, after the end of the chunk before it, takes four or five.
    static let mostShortReads: UInt8 = 8
    private let shared: SharedLimits
    @inline(__always) var limits: Limits { shared.limits }

    init(limits: SharedLimits) { shared = limits }
    init(limits: Limits) { self.init(limits: SharedLimits(limits)) }

    // MARK: Life

    mutating func opened(now: MonotonicInstant) -> ConnectionAction {
        state = .idle
        deadline = now.advanced(by: limits.firstByteTimeout)
        return arm(.receiveHead)
    }

    /// The server is stopping: what is in work is finished and answered with `Connection: close`; an idle
    /// connection stays a moment for a request that is on its way.
    mutating func stop(now: MonotonicInstant) {
        isStopping = true
        if case .idle = state { deadline = min(deadline, now.advanced(by: limits.stopGrace)) }
    }

    // MARK: Queuing

    mutating func arm(_ action: ConnectionAction) -> ConnectionAction {
        precondition(!inFlight.contains(.receive), "two receives on one connection")
        inFlight.insert(.receive)
        return action
    }

    /// The action could not be queued, or the kernel had no buffer for it: nothing is in flight for it.
    /// The reactor keeps the connection in a line and calls ``rearm(now:)``.
    mutating func starved(of operation: InFlight, now: MonotonicInstant) {
        inFlight.remove(operation)
        // The client is not to blame for the time that we make it wait.
        if case .readingBody = state, operation == .receive {
            rate.pause(deadline: &deadline, now: now)
        }
    }

    /// Whether running out of buffers or queue room is a reason to wait rather than to go on closing.
    var awaitsBuffer: Bool {
        switch state {
        case .idle, .acceptingHead, .readingBody, .draining, .sendingContinue, .writingResponse: true
        case .free, .awaitingMemory, .awaitingHandler, .abandoningReceive, .closingIdle, .closing: false
        }
    }

    /// Queues again what the state needs and what is not in flight.
    mutating func rearm(now: MonotonicInstant) -> ConnectionAction {
        switch state {
        case .idle where !inFlight.contains(.receive): return arm(.receiveHead)
        case .acceptingHead where !inFlight.contains(.receive):
            return arm(.receiveRestOfHead(offset: headBytes.upperBound))
        case .readingBody where !inFlight.contains(.receive): return receiveBody(now: now)
        case .draining where !inFlight.contains(.receive): return arm(.discard)
        case .sendingContinue(let sent) where !inFlight.contains(.send):
            inFlight.insert(.send)
            return .sendContinue(offset: sent)
        case .writingResponse(let sent, let total, _) where total > 0 && !inFlight.contains(.send):
            inFlight.insert(.send)
            return .send(offset: sent)
        case .abandoningReceive(let answer):
            if inFlight.contains(.receive), !inFlight.contains(.cancelReceive) {
                inFlight.insert(.cancelReceive)
                return .cancelReceive
            }
            return answerWhenReceiveIsBack(answer, now: now)
        case .closingIdle:
            if inFlight.contains(.receive), !inFlight.contains(.cancelReceive) {
                inFlight.insert(.cancelReceive)
                return .cancelReceive
            }
            return closeUnlessSomethingCame()
        case .awaitingHandler: return watchPeer()
        case .closing: return continueClosing()
        default: return .wait
        }
    }
}
