internal import Glibc
internal import Sluice

/// The processor's level-2 cache, which windows are to stay in.
enum Cache {
    /// Its size for one core; nil where Linux does not tell (some virtual machines).
    static var levelTwoBytes: Int? {
        let size = sysconf(Int32(_SC_LEVEL2_CACHE_SIZE))
        return size > 0 ? size : nil
    }

    /// The default window: the cache's size, within what was measured to be good.
    static var windowBytes: Int {
        guard let levelTwoBytes else { return Limits().windowBytes }
        return levelTwoBytes >= 1 << 20 ? 1 << 20 : Limits().windowBytes
    }
}
