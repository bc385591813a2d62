internal import Glibc

/// Holds the thread that calls it, as a driver without an async interface does.
func blockForASecond() {
    var wanted = timespec(tv_sec: 1, tv_nsec: 0)
    var left = timespec()
    // A signal may come between.
    while unsafe nanosleep(&wanted, &left) != 0 { wanted = left }
}
