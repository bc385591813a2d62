/// Whether a response is taken fast enough: so many bytes in each period, counted as the client takes them and
/// not as Linux takes them from us. A send completes only when a third of the socket's buffer is free
/// again: for a slow client that takes longer than any period.
struct ResponseRate {
    /// Bytes taken when the period began; nil in the first.
    private var takenAtPeriodStart: Int?

    /// - Parameters:
    ///   - sent: bytes of the response that Linux has taken from us.
    ///   - queued: bytes that the client has not taken from Linux; those of earlier responses are among them.
    /// - Returns: whether the period brought what it must.
    mutating func endPeriod(sent: Int, queued: Int, demanded: Int) -> Bool {
        let taken = sent - queued
        defer { takenAtPeriodStart = taken }
        // Below zero it is earlier, pipelined answers that were taken in the first period: how many, nobody knows.
        guard let takenAtPeriodStart else { return taken < 0 || taken >= demanded }
        return taken - takenAtPeriodStart >= demanded
    }
}
