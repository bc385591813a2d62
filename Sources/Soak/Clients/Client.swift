internal import LoadGenerator

/// What a client knows of the place it acts in.
struct Site: Sendable {
    let endpoint: Endpoint
    let payloads: Payloads

    /// A connection of one's own. It waits longer than anything should take.
    func connect(receiveBuffer: Int32? = nil) throws(LoadFailure) -> RawConnection {
        try RawConnection(to: endpoint, timeout: .seconds(5), receiveBuffer: receiveBuffer)
    }
}

/// A client of one kind, which acts again and again. What it does is drawn from its own random numbers before
/// it begins, so that its plan does not depend on what the server does.
protocol Client {
    /// One turn, from its beginning to its end.
    ///
    /// - Throws: ``Mishap`` or `LoadFailure` when it did not go as it must.
    mutating func act(using random: inout SplitMix64) throws
}

extension ClientKind {
    /// A client of this kind.
    func client(at site: Site) -> any Client {
        switch self {
        case .post: GoodPosts(site: site)
        case .pipelining: PipelinedPosts(site: site)
        case .expecting: ExpectingPosts(site: site)
        case .idle: Idleness(site: site)
        case .idleOut: IdleTooLong(site: site)
        case .silent: Silence(site: site)
        case .breakOff: BreakingOff(site: site)
        case .badFraming: BadFraming(site: site)
        case .slowHead: SlowHead(site: site)
        case .slowBody: SlowBody(site: site, payload: site.payloads.medium, fastBytes: 0...900_000)
        case .slowLargeBody:
            SlowBody(site: site, payload: site.payloads.large, fastBytes: 29_900_000...29_900_000)
        case .slowChunks: SlowChunks(site: site)
        case .slowReader: SlowReader(site: site)
        }
    }
}
