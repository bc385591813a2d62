import HTTP1

// Any bytes as a chunked body: the verdict and the data are those of `PlainChunks`, however the bytes arrive
// and wherever the data is received.

func check(_ input: [UInt8]) {
    check(input, bodyLimit: 1 << 26, ChunkedLimits())
    // Small enough that inputs of a few dozen bytes meet every limit.
    check(
        input, bodyLimit: 60, ChunkedLimits(extensionBytes: 8, chunks: 3, trailerBytes: 24, trailerFields: 2))
}

private func check(_ input: [UInt8], bodyLimit: Int, _ limits: ChunkedLimits) {
    let count = input.count
    let decoder = ChunkedDecoder(bodyLimit: bodyLimit, limits: limits)
    func trace(_ ends: some Sequence<Int>) -> ChunkedTrace {
        ChunkedTrace.of(input, cutAt: ends, decoder: decoder, in: memory)
    }

    let whole = trace([count])
    var plain = PlainChunks(input, bodyLimit: bodyLimit, limits)
    let expected = plain.decode()
    require(whole.verdict.hasPrefix(expected), "\(whole.verdict), plainly \(expected)")
    require(whole.data == plain.data, "\(whole.data), plainly \(plain.data)")
    require(
        expected != "complete" || whole.used == plain.offset, "ends at \(whole.used), not \(plain.offset)")
    require(whole.used <= count && whole.bodyBytes == whole.data.count, "miscounted: \(whole)")
    require(whole.bodyBytes <= bodyLimit, "\(whole.bodyBytes) bytes of data, over the limit")

    let byBytes = trace(0...count)
    require(byBytes == whole, "whole: \(whole), byte by byte: \(byBytes)")
    for cut in 0...count {
        let halves = trace([cut, count])
        require(halves == whole, "whole: \(whole), cut at \(cut): \(halves)")
    }
    checkSteps(input, decoder)
    checkPromises(input, decoder, whole)
    checkDataReceivedElsewhere(input, decoder, whole)
}

/// Each step uses bytes that no step before it used, and says that it did.
private func checkSteps(_ input: [UInt8], _ decoder: ChunkedDecoder) {
    var decoder = decoder
    memory.with(input) { bytes in
        var offset = 0
        while true {
            let before = offset
            let step = decoder.next(bytes, from: &offset)
            require(offset >= before && offset <= bytes.byteCount, "from \(before) to \(offset)")
            guard case .data(let range) = step else { return }
            require(
                !range.isEmpty && range.lowerBound >= before && range.upperBound == offset, "data \(range)")
        }
    }
}

/// Before each byte of a body that turns out whole: what must still come is never more than what comes.
private func checkPromises(_ input: [UInt8], _ decoder: ChunkedDecoder, _ whole: ChunkedTrace) {
    guard whole.verdict == "complete" else { return }
    var decoder = decoder
    var trace = ChunkedTrace()
    for position in 0..<whole.used {
        let promised = decoder.minimumRemaining
        require(
            promised > 0 && promised <= whole.used - position,
            "\(promised) bytes promised, \(whole.used - position) come")
        memory.with(input[position...position]) { trace.feed($0, to: &decoder) }
    }
    require(decoder.minimumRemaining == 0, "more promised after the end")
}

/// As the server receives large chunks: their data straight at its place, past the decoder.
private func checkDataReceivedElsewhere(_ input: [UInt8], _ decoder: ChunkedDecoder, _ whole: ChunkedTrace) {
    var decoder = decoder
    var trace = ChunkedTrace()
    var position = 0
    while position < input.count, trace.verdict == "needs more" {
        let elsewhere = min(decoder.chunkRemaining, input.count - position)
        trace.data += input[position..<position + elsewhere]
        trace.used += elsewhere
        decoder.skipData(elsewhere)
        position += elsewhere
        guard position < input.count else { break }
        memory.with(input[position...position]) { trace.feed($0, to: &decoder) }
        position += 1
    }
    trace.bodyBytes = decoder.bodyBytes
    require(trace == whole, "whole: \(whole), with data received elsewhere: \(trace)")
}
