internal import Glibc

/// A file descriptor that is closed when nobody holds it any more.
final class Descriptor: Sendable {
    /// The descriptor; negative when the call that should have given it failed.
    let number: Int32

    init(_ number: Int32) {
        self.number = number
    }

    deinit {
        if number >= 0 { close(number) }
    }
}
