import HTTP1

/// Everything a decoder said about an input.
struct ChunkedTrace: Equatable {
    var verdict = "needs more"
    var data: [UInt8] = []
    /// Bytes used; what follows belongs to the next request.
    var used = 0
    var bodyBytes = 0

    /// Decodes an input that arrives in pieces, each handed in alone and ending at an unreadable page.
    static func of(
        _ input: [UInt8], cutAt ends: some Sequence<Int>, decoder: ChunkedDecoder, in memory: GuardedMemory
    ) -> ChunkedTrace {
        var decoder = decoder
        var trace = ChunkedTrace()
        var start = 0
        for end in ends where trace.verdict == "needs more" {
            memory.with(input[start..<end]) { trace.feed($0, to: &decoder) }
            start = end
        }
        trace.bodyBytes = decoder.bodyBytes
        return trace
    }

    /// Hands the decoder one piece and takes down what it says.
    mutating func feed(_ bytes: RawSpan, to decoder: inout ChunkedDecoder) {
        var offset = 0
        while true {
            switch decoder.next(bytes, from: &offset) {
            case .data(let range):
                unsafe bytes.extracting(range).withUnsafeBytes { unsafe data += $0 }
                continue
            case .needsMore: precondition(offset == bytes.byteCount, "Bytes were left over.")
            case .complete: verdict = "complete"
            case .refused(let refusal): verdict = refusal.text
            }
            used += offset
            return
        }
    }
}
