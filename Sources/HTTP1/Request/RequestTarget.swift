// The forms of a request target, RFC 9112 section 3.2. Paths are compared on raw bytes by the routes, so
// nothing is decoded or normalised here: `/a/../predict` and `/%70redict` are other paths than `/predict`.

extension RequestHead {
    /// Splits ``target`` into ``path`` and ``query``.
    ///
    /// - Parameter bytes: the head buffer; each byte of the target is visible ASCII.
    mutating func splitTarget(in bytes: RawSpan) throws(Refusal) {
        var pathStart = target.offset
        switch target.isEmpty ? ASCII.space : bytes.byte(at: target.offset) {
        case ASCII.slash: break
        case ASCII.asterisk where target.count == 1 && method == .options:
            isAsteriskForm = true
            return
        default: pathStart = try endOfAuthority(in: bytes)
        }
        var pathEnd = pathStart
        while pathEnd < target.upperBound, bytes.byte(at: pathEnd) != ASCII.question { pathEnd += 1 }
        path = ByteRange(pathStart..<pathEnd)
        if pathEnd < target.upperBound { query = ByteRange(pathEnd + 1..<target.upperBound) }
    }

    /// Where the authority of an absolute form ends. The authority names us or another; either way it is
    /// served by its path, and the Host field is still wanted, but a malformed one is refused like a
    /// malformed Host: two servers would see two hosts in it.
    private func endOfAuthority(in bytes: RawSpan) throws(Refusal) -> Int {
        let target = bytes.extracting(target)
        let start: Int
        if target.hasPrefixIgnoringCase("http://") {
            start = 7
        } else if target.hasPrefixIgnoringCase("https://") {
            start = 8
        } else {
            throw .badRequest(
                "The request target is neither a path, nor an http URL, nor * with OPTIONS",
                .came(Excerpt(target)))
        }
        var end = start
        while end < target.byteCount, target.byte(at: end) != ASCII.slash,
            target.byte(at: end) != ASCII.question
        {
            end += 1
        }
        guard isValidAuthority(target.extracting(start..<end)) else {
            throw .badRequest(
                "The request target's host is not a host name with an optional port",
                .came(Excerpt(target.extracting(start..<end))))
        }
        return self.target.offset + end
    }
}
