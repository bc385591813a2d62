public import Glibc

/// A system call that failed where no retry helps.
public struct SystemError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The call's name, and what it was for.
    public let call: String
    /// Its `errno`.
    public let code: Int32

    /// A failed call and its `errno`, read now unless given.
    public init(_ call: String, code: Int32 = errno) {
        self.call = call
        self.code = code
    }

    /// The call and the system's words for the error.
    public var description: String {
        "\(call): \(errorText(code))"
    }
}

/// The system's words for an `errno`.
func errorText(_ code: Int32) -> String {
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer in
        guard let base = buffer.baseAddress, unsafe strerror_r(code, base, buffer.count) == 0 else {
            return "error \(code)"
        }
        return unsafe String(cString: base)
    }
}
