import Glibc

/// Drives all connections from one thread until the time is over and every request that was begun is answered.
///
/// - Returns: what went wrong with the first connection that failed; nil if all is well.
func drive(_ connections: [LoadConnection], while beginsMore: () throws -> Bool) throws -> String? {
    var hung = Deadline()
    while true {
        let begins = try beginsMore()
        if begins { hung = Deadline() }
        let polled = connections.filter { begins || !$0.isBetweenRequests }
        if polled.isEmpty { return nil }
        var entries = polled.map {
            pollfd(fd: $0.client.descriptor, events: Int16($0.events), revents: 0)
        }
        _ = unsafe poll(&entries, UInt(entries.count), 100)
        for (entry, connection) in zip(entries, polled) where entry.revents != 0 {
            connection.advance(beginsMore: begins)
        }
        let failures = connections.compactMap(\.failure)
        if let first = failures.first { return "\(failures.count) connections failed; the first: \(first)" }
        if hung.hasPassed { return "\(polled.count) connections hang" }
    }
}
