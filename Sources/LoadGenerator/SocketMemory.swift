internal import Glibc

/// What Linux holds in the buffers of this machine's TCP sockets (`/proc/net/sockstat`).
public enum SocketMemory {
    /// In bytes; nil where Linux does not tell.
    public static var tcpBytes: Int? {
        readFile("/proc/net/sockstat").flatMap { tcpPages(in: String(decoding: $0, as: UTF8.self)) }
            .map { $0 * sysconf(Int32(_SC_PAGESIZE)) }
    }

    /// `TCP: inuse 5 orphan 0 tw 0 alloc 7 mem 3`: the number behind `mem`.
    static func tcpPages(in text: String) -> Int? {
        let line = text.split(separator: "\n").first { $0.hasPrefix("TCP:") }
        guard let words = line?.split(separator: " "), let name = words.firstIndex(of: "mem"),
            words.indices.contains(name + 1)
        else { return nil }
        return Int(words[name + 1])
    }
}
