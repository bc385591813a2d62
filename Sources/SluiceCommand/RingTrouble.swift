internal import Glibc
internal import Uring

/// Why io_uring cannot be had here, for the operator: the cause, and what would mend it.
struct RingTrouble: Equatable {
    let cause: String
    let cure: String?

    /// Looks at the machine to tell causes apart that have the same error number.
    init(_ error: RingError) {
        self.init(
            error, disabled: SystemFile.integer("/proc/sys/kernel/io_uring_disabled"),
            isFiltered: SystemFile.field("Seccomp", of: "/proc/self/status") == "2")
    }

    /// - Parameters:
    ///   - disabled: the sysctl `kernel.io_uring_disabled`; nil where there is none (before Linux 6.6).
    ///   - isFiltered: whether a seccomp filter lies on this process.
    init(_ error: RingError, disabled: Int?, isFiltered: Bool) {
        switch (error.errorNumber, disabled) {
        case (EPERM, 2?):
            cause = "blocked by the sysctl kernel.io_uring_disabled = 2"
            cure = "sysctl -w kernel.io_uring_disabled=0"
        case (EPERM, 1?):
            cause = "kernel.io_uring_disabled = 1: only for processes with CAP_SYS_ADMIN or of one group"
            cure =
                "sysctl -w kernel.io_uring_disabled=0, or run in the group that sysctl kernel.io_uring_group names"
        case (EPERM, _) where isFiltered, (EACCES, _) where isFiltered:
            cause =
                "\(error.step.rawValue) is blocked by a seccomp filter, as containers have (Docker 25 and containerd 2 block io_uring)"
            cure = "docker run --security-opt seccomp=bench/deploy/seccomp.json …"
        case (EPERM, _), (EACCES, _):
            cause =
                "\(error.step.rawValue) is blocked, most likely by AppArmor, SELinux or another security module"
            cure = "look for the denial in dmesg or the audit log, and allow io_uring in that policy"
        case (ENOSYS, _) where isFiltered:
            cause = "\(error.step.rawValue) is hidden by a seccomp filter, or this kernel has none (gVisor)"
            cure =
                "docker run --security-opt seccomp=bench/deploy/seccomp.json …; under gVisor, choose another runtime"
        case (ENOSYS, _):
            cause = "this kernel has none (gVisor, or one built without it)"
            cure = "run on Linux 6.0 or newer"
        case (ENOMEM, _):
            // From Linux 5.12 to 6.13 no ring counted as locked memory; now they do, without CAP_IPC_LOCK.
            cause = "not enough memory for a ring: the container's, or from Linux 6.14 on locked memory"
            cure = "raise the memory limit of the container or cgroup (memory.max), and ulimit -l"
        default:
            cause = "\(error)"
            cure = nil
        }
    }
}
