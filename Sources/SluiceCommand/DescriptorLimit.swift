internal import Glibc

/// The limit on open descriptors (`RLIMIT_NOFILE`).
enum DescriptorLimit {
    private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)

    /// The present soft and hard limits.
    static var current: (soft: Int, hard: Int) {
        var limit = rlimit()
        _ = unsafe getrlimit(resource, &limit)
        return (Int(clamping: limit.rlim_cur), Int(clamping: limit.rlim_max))
    }

    /// Raises the soft limit to the hard one.
    /// - Returns: the soft limit afterwards.
    static func raise() -> Int {
        var limit = rlimit()
        _ = unsafe getrlimit(resource, &limit)
        limit.rlim_cur = limit.rlim_max
        _ = unsafe setrlimit(resource, &limit)
        return current.soft
    }

    /// How many connections leave room for the listener, for a ring, an eventfd and a spare descriptor a thread,
    /// for logs and the like.
    static func connections(within descriptors: Int, threads: Int) -> Int {
        max(1, descriptors - 32 - 3 * threads)
    }
}
