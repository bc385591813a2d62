/// A listening socket: connections that are made and not accepted yet.
final class SimulatedListener {
    var backlog: [SimulatedSocket] = []
    var armed: [Operation] = []
    /// Shut down or closed: nobody can connect any more.
    var isShut = false
    var isClosing = false
    var acceptsInFlight = 0
}
