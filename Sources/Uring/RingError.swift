internal import Glibc

/// Why a ring cannot be had, or cannot go on.
public struct RingError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was being done.
    public enum Step: String, Sendable {
        case setUp = "io_uring_setup"
        case probe = "IORING_REGISTER_PROBE"
        case registerBuffers = "IORING_REGISTER_PBUF_RING"
        case restrict = "IORING_REGISTER_RESTRICTIONS"
        case enable = "IORING_REGISTER_ENABLE_RINGS"
        case enter = "io_uring_enter"
        case wakeUp = "eventfd"
        case memory = "mmap"
    }

    /// What was being done.
    public let step: Step
    /// Positive.
    public let errorNumber: Int32

    /// An error of `step`, with its positive error number.
    public init(step: Step, errorNumber: Int32) {
        self.step = step
        self.errorNumber = errorNumber
    }

    /// The call, and the system's own words.
    public var description: String {
        "\(step.rawValue): \(Self.message(for: errorNumber))"
    }

    /// The system's own words for an error number.
    public static func message(for errorNumber: Int32) -> String {
        unsafe String(cString: strerror(errorNumber))
    }
}
