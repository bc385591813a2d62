public import Uring

/// Why a server cannot start, or has ended.
public enum ServerError: Error, Sendable, CustomStringConvertible {
    /// io_uring cannot be had as it is needed, or failed while serving.
    case ring(RingError)
    /// The memory that the limits ask for cannot be had.
    case memory(MemoryError)
    /// The address cannot be listened on.
    case listen(address: String, reason: String)
    /// A thread cannot be started.
    case thread(errorNumber: Int32)
    /// A setting is out of its range, or does not fit another.
    case configuration(String)

    /// What is wrong, in a sentence for the operator.
    public var description: String {
        switch self {
        case .ring(let error): "io_uring: \(error)"
        case .memory(let error): "memory: \(error)"
        case .listen(let address, let reason): "cannot listen on \(address): \(reason)"
        case .thread(let number): "cannot start a thread: \(RingError.message(for: number))"
        case .configuration(let sentence): sentence
        }
    }
}
