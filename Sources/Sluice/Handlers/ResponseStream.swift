/// Where a handler writes a response whose length it does not know beforehand, or that is too large to be in memory
/// as a whole: see ``Response/init(status:headerFields:streaming:)``.
public struct ResponseStream: Sendable {
    let call: HandlerCall

    /// Sends bytes. Returns when Linux has taken them, so that a slow client slows the handler and nothing piles up.
    /// They are sent from where they are, as one piece.
    ///
    /// - Throws: `CancellationError` when the client has reset the connection, is too slow, or the server has stopped;
    ///   ``OverlappingWrite`` for one that does not wait for the one before it.
    public func write(_ bytes: [UInt8]) async throws {
        try await Request.checkCancellation()
        guard !bytes.isEmpty else { return }
        try await withCheckedThrowingContinuation { continuation in
            call.mailbox.post(.write(call, bytes, continuation))
        }
    }

    /// Sends text as UTF-8.
    public func write(_ text: String) async throws { try await write(Array(text.utf8)) }
}

/// What a ``ResponseStream/write(_:)-([UInt8])`` throws that was begun before the one before it had returned: the order
/// of two parts is the writer's to say.
public struct OverlappingWrite: Error, Sendable {}

/// A streamed response under way, as its connection's slot keeps it.
final class OutgoingStream {
    /// Runs when the head has been sent.
    var producer: Response.Producer?
    /// Waits until its part has been sent.
    var writer: CheckedContinuation<Void, any Error>?
    /// Whether the client understands chunks; otherwise the end of the connection is the end of the response.
    let isChunked: Bool
    var isFirstPart = true

    init(_ producer: @escaping Response.Producer, isChunked: Bool) {
        self.producer = producer
        self.isChunked = isChunked
    }

    /// Whoever waits to write more learns that it is over.
    deinit { writer?.resume(throwing: CancellationError()) }
}
