internal import Uring

/// An operation from its queuing until its last completion has been taken.
final class Operation {
    enum Kind {
        case accept(SimulatedListener)
        case receive(KernelMemory)
        case receiveFrom(SimulatedBufferGroup, limit: Int)
        case discard(KernelMemory)
        case send(KernelMemory, checksum: UInt64)
        /// Until the peer has ended or is gone.
        case watch
        case poll(OutsideDescriptor, Readiness)
        case cancel(target: UInt64)
        case close(Socket)
        case wake
        /// Refused when it was queued; completes with this error.
        case refused(errorNumber: Int32)
    }

    enum Stage {
        /// In the submission queue.
        case queued
        /// The kernel waits for data, room, connections or a wake-up.
        case armed
        /// It has happened; the completion may still be on its way.
        case executed
    }

    let token: UInt64
    let kind: Kind
    /// The socket it works on; accept and the ring's own operations have none.
    let socket: SimulatedSocket?
    let receiveStart: ReceiveStart
    unowned let ring: RingState
    var stage = Stage.queued
    /// A multishot operation's completions keep their order however late each one is.
    var lastCompletionTime: UInt64 = 0
    var completionsUnderWay = 0

    init(
        token: UInt64, kind: Kind, socket: SimulatedSocket? = nil, receiveStart: ReceiveStart = .whenReadable,
        ring: RingState
    ) {
        self.receiveStart = receiveStart
        self.token = token
        self.kind = kind
        self.socket = socket
        self.ring = ring
    }

    /// Memory of the caller that the kernel writes to until the completion.
    var receiveMemory: KernelMemory? {
        if case .receive(let memory) = kind { memory } else { nil }
    }

    var isReceive: Bool {
        switch kind {
        case .receive, .receiveFrom, .discard: true
        default: false
        }
    }

    /// Whether it takes its buffer from a group that has none.
    var findsNoBuffer: Bool {
        if case .receiveFrom(let group, _) = kind { group.freeCount == 0 } else { false }
    }

    var isSend: Bool {
        if case .send = kind { true } else { false }
    }

    var isWatch: Bool {
        if case .watch = kind { true } else { false }
    }

    var isCancel: Bool {
        if case .cancel = kind { true } else { false }
    }
}
