internal import Glibc

/// Holds the thread that calls it, as a driver without an async interface does.
func blockForASecond() {
    var left = unsafe timespec(tv_sec: 1, tv_nsec: 0)
    while unsafe nanosleep(&left, &left) != 0 {}
}
