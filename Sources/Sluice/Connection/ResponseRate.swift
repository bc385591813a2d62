/// Whether a connection's answers are taken fast enough: so many bytes in each period, counted as the client takes them and
/// not as Linux takes them from us. A send completes only when a third of the socket's buffer is free
/// again: for a slow client that takes longer than any period.
///
/// One for all answers of a connection and their parts: what Linux still has of earlier ones is not told apart from the one
/// that is being sent. Between two looks the client must have taken enough, whatever of.
struct ResponseRate {
    /// Bytes that the client had not taken when it was last looked at, and those that Linux has taken from us since.
    private var untaken = 0

    mutating func noteSent(_ count: Int) { untaken &+= count }

    /// - Parameter queued: bytes that the client has not taken from Linux.
    /// - Returns: whether it has taken what it must since the period began, or since a look before that.
    mutating func endPeriod(queued: Int, demanded: Int) -> Bool {
        let taken = untaken &- queued
        untaken = queued
        // Below zero it is a Unix socket, where Linux counts what it keeps the bytes in as well: no more than fits the send buffer.
        return taken < 0 || taken >= demanded
    }
}
