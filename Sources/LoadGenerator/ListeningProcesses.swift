internal import Glibc

/// The processes that hold a socket listening on a TCP port, as far as we may see them: a server that forks
/// workers has several.
public func processesListening(onPort port: UInt16) -> [Int32] {
    let inodes = listeningInodes(port: port)
    guard !inodes.isEmpty else { return [] }
    return directory("/proc").compactMap { Int32($0) }.filter { pid in
        directory("/proc/\(pid)/fd").contains { descriptor in
            link("/proc/\(pid)/fd/\(descriptor)").map(inodes.contains) ?? false
        }
    }
}

/// Sockets in the state LISTEN, as `/proc/PID/fd` names them: `socket:[INODE]`.
private func listeningInodes(port: UInt16) -> Set<String> {
    let listening = "0A"
    var found: Set<String> = []
    for path in ["/proc/net/tcp", "/proc/net/tcp6"] {
        let lines = String(decoding: readFile(path) ?? [], as: UTF8.self).split(separator: "\n").dropFirst()
        for line in lines {
            // sl, local address:port in hexadecimal, remote, state, queues, timer, retransmits, uid, timeout, inode
            let fields = line.split(separator: " ")
            guard fields.count > 9, fields[3] == listening,
                let local = fields[1].split(separator: ":").last, UInt16(local, radix: 16) == port
            else { continue }
            found.insert("socket:[\(fields[9])]")
        }
    }
    return found
}
