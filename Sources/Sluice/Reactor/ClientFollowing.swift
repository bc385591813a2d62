/// Whether a reactor moves to the CPU of the client whose turn it is (``BodyTurns``).
///
/// The pages that a client's bytes are in have last been written on its CPU, and are used again there when we have read them.
/// On another CPU each of them is fetched from the other's caches, twice; where the two CPUs share no cache, and a virtual machine
/// cannot know whether they do, that takes longer than all the rest. Linux moves threads for the sake of its run queues, and
/// does not know whose bytes are whose.
///
/// But a reactor that shares its client's CPU does nothing while the client runs. So it goes there only where all CPUs have
/// work anyway: each reactor has the turn of a client and others in line, and these clients are on a CPU each. Where all clients
/// are of one thread, or kept on one CPU, they are best received on the others. Now and then such clients look as if they were
/// apart, for what our own ACK lets out is sent on our CPU; so how often they clash is kept in mind.
struct ClientFollowing {
    /// Whether at all. Not any more, once Linux has refused.
    var isOn: Bool
    /// In how many of the last looks the client's CPU was not free for us, as a share of ``whole``.
    private var clashes = Self.whole

    private static let whole = 1 << 16
    /// Over how many looks the share is kept: some two or three bodies of the usual size.
    private static let looks = 64
    /// On two CPUs, clients that are apart clash in a thirtieth of the looks, and those that are not in more than half.
    private static let mostClashes = whole / 4

    init(isOn: Bool) { self.isOn = isOn }

    /// - Parameter isFree: whether each other reactor has the turn of a client and others in line, and that client is on another
    ///   CPU than ours.
    mutating func looked(isFree: Bool) {
        clashes += ((isFree ? 0 : Self.whole) - clashes) / Self.looks
    }

    var isWorthIt: Bool { clashes <= Self.mostClashes }
}

extension Limits {
    /// Whether so many reactors on so many CPUs follow their clients: one that is alone, or has CPUs beside it that nobody
    /// needs, is better elsewhere than where its client is.
    package func followsClients(reactors: Int, cpus: Int) -> Bool {
        followsClients && !pinsReactors && reactors > 1 && reactors == cpus
    }
}
