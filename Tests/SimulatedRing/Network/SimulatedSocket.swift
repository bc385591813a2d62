/// The server's end of a connection.
final class SimulatedSocket {
    unowned let client: SimulatedClient
    /// Nil in the backlog and after the close.
    var descriptor: Int32?
    var isClosing = false
    var isClosed = false

    // MARK: From the client

    /// Arrived and not received.
    var incoming = ByteQueue()
    /// Sent by the client and not arrived: takes room in the window too.
    var inTransit = 0
    /// Bytes that receives have taken so far.
    var consumed = 0
    var sawEnd = false
    /// A reset that no operation has been told of yet.
    var resetIsNews = false
    var isReset = false
    var readsAreShut = false
    var lowWaterMark = 1
    /// Nil: the kernel's choice.
    var receiveBuffer: Int?
    /// What the kernel's choice has grown to for low-water marks: it never shrinks.
    var grownBuffer = 0

    // MARK: To the client

    /// Sent and not read by the client.
    var outgoing = ByteQueue()
    var writesAreShut = false
    /// Its close is a reset.
    var resetsOnClose = false

    // MARK: Operations

    var armedReceives: [Operation] = []
    var armedSends: [Operation] = []
    var armedWatches: [Operation] = []
    /// As the server sees it: queued, and the completion not taken.
    var receivesInFlight = 0
    var sendsInFlight = 0
    var watchesInFlight = 0

    init(client: SimulatedClient) { self.client = client }

    var isReadable: Bool {
        sawEnd || isReset || readsAreShut || (!incoming.isEmpty && incoming.count >= lowWaterMark)
    }

    /// The client will see FIN once it has read everything.
    var endsForClient: Bool { writesAreShut || (isClosed && !resetsOnClose) }
}
