/// The connections of a server on a TCP port, as `/proc/net/tcp` has its ends of them: those too that no process holds any more.
struct ServerSockets {
    /// Bytes that the server has not received.
    private(set) var unread = 0
    /// Bytes that a client has not taken.
    private(set) var unsent = 0
    /// Open at the server, or with bytes that Linux keeps for a client. Those it only remembers hold nothing.
    private(set) var count = 0

    /// - Returns: nil of a Unix socket.
    init?(of address: ServerAddress) {
        guard case .tcp(let port) = address, let text = ProcessFile.text("/proc/net/tcp") else { return nil }
        for line in text.split(separator: "\n").dropFirst() {
            let fields = line.split(separator: " ")
            // Local address, remote address, state, queues; 0A listens and 06 is TIME_WAIT.
            guard fields.count > 4, Self.number(fields[1]) == Int(port), !["0A", "06"].contains(fields[3])
            else { continue }
            count += 1
            unread += Self.number(fields[4])
            unsent += Int(fields[4].prefix { $0 != ":" }, radix: 16) ?? 0
        }
    }

    /// What is behind the colon.
    private static func number(_ pair: Substring) -> Int {
        pair.split(separator: ":").last.flatMap { Int($0, radix: 16) } ?? 0
    }
}
