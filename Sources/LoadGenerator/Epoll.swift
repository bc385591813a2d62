internal import CLoadPlatform
internal import Glibc

/// A set of watched sockets, edge triggered: each is told of once for each change, so watching one costs a
/// single call in its life.
final class Epoll {
    private let descriptor: Descriptor
    private var events = [load_event](repeating: load_event(), count: 512)

    init() throws(SystemError) {
        descriptor = Descriptor(load_epoll_create())
        guard descriptor.number >= 0 else { throw SystemError("epoll_create1") }
    }

    /// Watches a socket until it is closed; `token` comes back with each event.
    func add(_ socket: Int32, token: Int) throws(SystemError) {
        let events = LOAD_EPOLL_IN | LOAD_EPOLL_OUT | LOAD_EPOLL_RDHUP | LOAD_EPOLL_EDGE
        guard load_epoll_add(descriptor.number, socket, events, UInt64(token)) == 0 else {
            throw SystemError("epoll_ctl")
        }
    }

    /// Waits for events and handles each: the token, and whether there may be something to receive.
    func wait(milliseconds: Int32, _ handle: (_ token: Int, _ readable: Bool) -> Void) throws(SystemError) {
        let capacity = Int32(events.count)
        let count = unsafe events.withUnsafeMutableBufferPointer {
            unsafe load_epoll_wait(descriptor.number, $0.baseAddress, capacity, milliseconds)
        }
        guard count >= 0 else {
            if errno == EINTR { return }
            throw SystemError("epoll_wait")
        }
        let onlyWritable = LOAD_EPOLL_OUT
        for index in 0..<Int(count) {
            let event = events[index]
            handle(Int(event.data), event.events & ~onlyWritable != 0)
        }
    }
}
