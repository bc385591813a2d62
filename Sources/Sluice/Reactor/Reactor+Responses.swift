internal import HTTP1

extension Reactor where R: ~Copyable {
    /// Writes the answer into the slot's response memory, or beside it if it is long.
    func encode(_ slot: Int, _ answer: Answer, closing: Bool) -> ConnectionAction {
        // Whatever the body held is not needed to answer, and nothing is in flight into it.
        releaseBody(slot)
        // Nor is the head; what came after it is read only if the connection stays.
        if unsafe closing || slots[slot].connection.headBytes.isEmpty { releaseHeadBuffer(slot) }
        metrics.countResponse(code: answer.code)
        let request = unsafe slots[slot].connection.request
        let encoder = ResponseEncoder(
            date: date, connection: closing ? .close : request.isHTTP10 ? .keepAlive : .implied,
            isHead: request.isHead, wantsJSON: request.wantsJSON)
        switch answer {
        case .metrics:
            let text = MetricsText(context.metrics, arena: context.arena).bytes
            encodeLong(slot, bodyBytes: text.count) { encoder.write(metrics: text, to: &$0) }
        case .response(let made):
            encodeLong(slot, bodyBytes: ResponseEncoder.bytesNeeded(for: made)) {
                encoder.write(made, to: &$0)
            }
        default:
            var writer = unsafe ResponseWriter(into: memory.response(ofSlot: slot))
            encoder.write(answer, to: &writer)
            precondition(!writer.overflowed, "a short answer is longer than its memory")
            unsafe slots[slot].responseCount = writer.count
        }
        return unsafe slots[slot].connection.encoded(byteCount: slots[slot].responseCount)
    }

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

    /// The bytes of the response, wherever they are.
    func response(_ slot: Int) -> UnsafeRawBufferPointer {
        let memory = unsafe slots[slot].longResponse?.bytes ?? memory.response(ofSlot: slot)
        return unsafe UnsafeRawBufferPointer(rebasing: memory[..<slots[slot].responseCount])
    }
}
