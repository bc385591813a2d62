/// What a reader does worse than Sluice, on purpose. `none` reads as well as this program can, so that what a
/// check says of the others is due to their fault alone.
enum Fault: String, CaseIterable {
    case none
    /// One `memcpy` of the whole body, window by window.
    case wholeCopy = "whole-copy"
    /// Receives of at most 1 KB, as Gunicorn's were.
    case smallPieces = "small-pieces"
    /// Copies the body with a loop of Swift's, which no interposer sees.
    case elementLoop = "element-loop"
    /// One `malloc` for each request.
    case allocation
    /// Fresh memory for each request, given back after it.
    case freshMemory = "fresh-memory"
    /// Has Linux fill the window (`MSG_WAITALL`) before it says that anything came.
    case waitAll = "wait-all"
    /// A large buffer for each connection.
    case ownBuffers = "own-buffers"

    var windowBytes: Int {
        switch self {
        case .smallPieces: 1 << 10
        case .ownBuffers: 8 << 20
        default: 1 << 20
        }
    }

    /// Whether another copy of the body is made, and so needs a place.
    var copies: Bool { self == .wholeCopy || self == .elementLoop }
}
