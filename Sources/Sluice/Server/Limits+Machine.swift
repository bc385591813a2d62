internal import Glibc

extension Limits {
    /// The defaults, but for the window: it is as large as this machine's level-2 cache, within what was measured to be
    /// good. What `sluice serve` begins with.
    public static var forThisMachine: Limits {
        var limits = Limits()
        if let levelTwoCacheBytes, levelTwoCacheBytes >= 1 << 20 { limits.windowBytes = 1 << 20 }
        return limits
    }

    /// The size of the level-2 cache of one core; nil where Linux does not tell (some virtual machines).
    public static var levelTwoCacheBytes: Int? {
        let size = sysconf(Int32(_SC_LEVEL2_CACHE_SIZE))
        return size > 0 ? size : nil
    }
}
