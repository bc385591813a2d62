internal import Glibc

/// The caches of the CPUs that this process runs on.
package enum Caches {
    /// Of one CPU, in bytes; 0 where the C library does not know it.
    package static var level2Bytes: Int { max(0, sysconf(Int32(_SC_LEVEL2_CACHE_SIZE))) }
}
