internal import CPlatform
internal import Glibc

/// Whether a file may be executed by us.
public func isExecutable(_ path: String) -> Bool {
    unsafe access(path, X_OK) == 0
}

/// What a symbolic link points to.
private func linkTarget(_ path: String) -> String? {
    guard let target = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(target) }
    return unsafe String(cString: target)
}

/// The path of this program.
public func ownExecutable() throws(SystemError) -> String {
    guard let path = linkTarget("/proc/self/exe") else { throw SystemError("read /proc/self/exe") }
    return path
}

/// The folder that holds this program.
public func ownFolder() throws(SystemError) -> String {
    try ownExecutable().split(separator: "/", omittingEmptySubsequences: false).dropLast()
        .joined(separator: "/")
}

/// Lets this process have as many descriptors as the system allows it, and makes room for some thousands of them now:
/// else a client's own table would grow, and it wait, in what is measured first.
///
/// - Returns: how many that is.
public func raiseDescriptorLimit() -> Int {
    var limit = rlimit()
    unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    limit.rlim_cur = limit.rlim_max
    unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    _ = sluice_reserve_descriptors(4096)
    return Int(clamping: limit.rlim_cur)
}
