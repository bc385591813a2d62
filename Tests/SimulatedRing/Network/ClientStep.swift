/// One thing that a simulated client does before it goes on to the next.
///
/// After its last step a client closes its connection.
package enum ClientStep {
    /// Sends bytes as fast as the server takes them.
    case send([UInt8])
    /// Sends bytes piece by piece: sizes and the gaps between are drawn from the seed.
    case sendPieces([UInt8], sizes: ClosedRange<Int>, gaps: ClosedRange<Duration>)
    /// Does nothing for a while.
    case pause(Duration)
    /// Waits until `parse` finds a whole message at the front of what has come and not been taken, and
    /// returns its length. The message goes to ``SimulatedClient/messages``.
    ///
    /// `isInterim` says that the client goes on with the same request afterwards (`100 Continue`).
    case awaitMessage(isInterim: Bool, parse: (ArraySlice<UInt8>) -> Int?)
    /// Waits until the server ends or resets the connection.
    case awaitEnd
    /// From now on reads at this pace.
    case read(ReadingPace)
    /// Sends FIN and goes on reading.
    case halfClose
    /// Resets the connection; the script ends.
    case reset
    /// Closes both directions; the script ends. Whatever the server still sends is answered by a reset.
    case close
    /// Runs a closure.
    case perform((SimulatedClient) -> Void)

    /// Waits for `count` more bytes.
    package static func awaitBytes(_ count: Int) -> ClientStep {
        .awaitMessage(isInterim: false) { $0.count >= count ? count : nil }
    }

    /// Waits for a whole HTTP/1.1 response.
    package static var awaitResponse: ClientStep {
        .awaitMessage(isInterim: false, parse: ResponseFraming.length)
    }

    /// Waits for a `100 Continue`, or whatever is said in its place.
    package static var awaitContinue: ClientStep {
        .awaitMessage(isInterim: true, parse: ResponseFraming.length)
    }
}

/// How fast a client takes what it is sent. What it leaves fills ``SimulatedClient/window``, and then the
/// server's sends come short or wait.
package enum ReadingPace: Sendable {
    /// Everything at once.
    case free
    /// So many bytes, so often.
    case slow(bytes: Int, every: Duration)
    /// Nothing; not even the end is seen.
    case stopped
}
