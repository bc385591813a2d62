internal import HTTP1
internal import HTTPTypes
internal import Uring

extension Reactor where R: ~Copyable {
    /// Writes the answer into the slot's response memory, or beside it if it is long.
    func encode(_ slot: Int, _ answer: Answer, closing: Bool) -> ConnectionAction {
        // Whatever the body held is not needed to answer, and nothing is in flight into it.
        releaseBody(slot)
        // Nor is the head; what came after it is read only if the connection stays.
        if unsafe closing || slots[slot].connection.headBytes.isEmpty { releaseHeadBuffer(slot) }
        metrics.countResponse(code: answer.code)
        if case .mismatch(.handlerTooSlow) = answer {
            metrics.handlerTimeouts.add(1)
            cancelCall(slot)
        }
        let request = unsafe slots[slot].connection.request
        let encoder = ResponseEncoder(
            date: date, connection: closing ? .close : request.isHTTP10 ? .keepAlive : .implied,
            isHead: request.isHead, wantsJSON: request.wantsJSON, isHTTP10: request.isHTTP10)
        switch answer {
        case .metrics:
            let text = MetricsText(
                context.metrics, arena: context.arena, computeQueue: context.computeQueue
            ).bytes
            encodeLong(slot, bodyBytes: text.count) { encoder.write(metrics: text, to: &$0) }
        case .response(let made): return encode(slot, made, with: encoder)
        default:
            var writer = unsafe ResponseWriter(into: memory.response(ofSlot: slot))
            encoder.write(answer, to: &writer)
            precondition(!writer.overflowed, "a short answer is longer than its memory")
            unsafe slots[slot].responseCount = writer.count
        }
        return unsafe slots[slot].connection.encoded(byteCount: slots[slot].responseCount)
    }

    private func encode(
        _ slot: Int, _ response: Response, with encoder: ResponseEncoder
    ) -> ConnectionAction {
        let hasContent = encoder.sendsContent(of: response)
        var inline: [UInt8] = []
        var goesOn = false
        switch response.content {
        case .bytes(let bytes) where hasContent && bytes.count > Self.inlineBytes:
            unsafe slots[slot].responseBody = bytes
        case .bytes(let bytes): if hasContent { inline = bytes }
        case .stream(let producer):
            goesOn = hasContent
            let isChunked = unsafe !slots[slot].connection.request.isHTTP10
            if hasContent { unsafe slots[slot].stream = OutgoingStream(producer, isChunked: isChunked) }
        }
        if !goesOn { unsafe slots[slot].call = nil }
        var writer = unsafe ResponseWriter(into: memory.response(ofSlot: slot))
        encoder.write(response, inline: inline, to: &writer)
        if writer.overflowed {
            let byteCount = ResponseEncoder.bytesNeeded(for: response) + inline.count
            encodeLong(slot, bodyBytes: byteCount) { encoder.write(response, inline: inline, to: &$0) }
        } else {
            unsafe slots[slot].responseCount = writer.count
        }
        let byteCount = unsafe slots[slot].responseCount + slots[slot].responseBody.count
        return unsafe slots[slot].connection.encoded(byteCount: byteCount, goesOn: goesOn)
    }

    /// Longer content is sent from where it is, which is one send more and no copy.
    private static var inlineBytes: Int { 16 << 10 }

    private func encodeLong(
        _ slot: Int, bodyBytes: Int, _ write: (inout ResponseWriter) -> Void
    ) {
        let long = LongResponse(byteCount: bodyBytes + ReactorMemory.responseBytes)
        var writer = unsafe ResponseWriter(into: long.bytes)
        write(&writer)
        precondition(!writer.overflowed, "a response is longer than it was measured")
        unsafe slots[slot].longResponse = long
        unsafe slots[slot].responseCount = writer.count
    }

    // MARK: Send

    /// Hands the response over, from an offset on. What the socket does not take at once waits in the ring.
    func send(_ slot: Int, from offset: Int) -> ConnectionAction {
        let bytes = unsafe response(slot, from: offset)
        if offset == 0, isSentAtOnce(slot) {
            let count = unsafe ring.sendNow(on: slots[slot].socket, from: bytes)
            if count > 0 {
                busyWaiting.answeredOne(now: now)
                return unsafe slots[slot].connection.sent(count, now: now)
            }
        }
        return unsafe queueSend(slot, bytes)
    }

    /// Only a request that came alone is answered at once: through the ring its answer would be a system call of its
    /// own, and a turn before the next head can be waited for. Answers of one turn go with one system call together.
    ///
    /// And only a short answer, with nothing behind it: a client that sends requests ahead has one answered in a turn,
    /// as others have.
    private func isSentAtOnce(_ slot: Int) -> Bool {
        guard isOnlyCompletion else { return false }
        return unsafe slots[slot].connection.headBytes.isEmpty && slots[slot].longResponse == nil
            && slots[slot].responseBody.isEmpty
    }

    /// The bytes of the response from an offset on, as far as they lie together.
    func response(_ slot: Int, from offset: Int) -> UnsafeRawBufferPointer {
        let count = unsafe slots[slot].responseCount
        guard offset >= count else {
            let memory = unsafe slots[slot].longResponse?.bytes ?? memory.response(ofSlot: slot)
            return unsafe UnsafeRawBufferPointer(rebasing: memory[offset..<count])
        }
        // An array's elements stay where they are for as long as it is kept and nobody writes to it.
        return unsafe slots[slot].responseBody.withUnsafeBytes {
            unsafe UnsafeRawBufferPointer(rebasing: $0[(offset - count)...])
        }
    }

    /// The response is sent, or will not be.
    func releaseResponse(_ slot: Int) {
        unsafe slots[slot].longResponse = nil
        if unsafe !slots[slot].responseBody.isEmpty { unsafe slots[slot].responseBody = [] }
    }
}
