internal import Glibc

/// A listening socket that was made by whoever started this process, as systemd does (sd_listen_fds(3)): descriptor
/// 3, announced by `LISTEN_FDS` and `LISTEN_PID`. So a successor finds the backlog as its predecessor left it.
enum HandedOverSocket {
    /// By systemd's convention the first.
    private static let descriptor: Int32 = 3

    /// Why the environment's word is not taken.
    struct Misunderstanding: Error, CustomStringConvertible {
        let description: String
    }

    /// Reads the announcement and removes it: it is not for this process' children.
    /// - Returns: the descriptor, or nil if nothing is handed over.
    static func take() throws(Misunderstanding) -> Int32? {
        let count = variable("LISTEN_FDS")
        let processID = variable("LISTEN_PID")
        for name in ["LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES"] { unsafe unsetenv(name) }
        guard let count else { return nil }
        return try check(count: count, processID: processID, ownProcessID: getpid())
    }

    static func check(
        count: String, processID: String?, ownProcessID: pid_t
    ) throws(Misunderstanding) -> Int32? {
        guard let number = Int32(count), number >= 0 else {
            throw Misunderstanding(description: "LISTEN_FDS=\(count) is not a number of sockets")
        }
        guard let processID else {
            throw Misunderstanding(description: "LISTEN_FDS is set and LISTEN_PID, whom it is for, is not")
        }
        guard pid_t(processID) == ownProcessID else {
            throw Misunderstanding(
                description: "LISTEN_FDS is for process \(processID) and this is \(ownProcessID): "
                    + "unset it, or start sluice directly")
        }
        guard number <= 1 else {
            throw Misunderstanding(description: "LISTEN_FDS=\(number): sluice listens on one socket only")
        }
        return number == 1 ? descriptor : nil
    }

    private static func variable(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }
}
