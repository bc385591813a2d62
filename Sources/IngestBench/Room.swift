internal import Charts
internal import LoadGenerator
internal import Sizes

/// What the machine has room for, before anything is started.
struct Room {
    /// Nil where the system does not tell.
    let memory: Int?
    let descriptors: Int

    /// Takes as many descriptors as the system allows this process.
    static func here() -> Room {
        Room(memory: Machine.availableMemory, descriptors: raiseDescriptorLimit())
    }

    /// Why a server, or a client, cannot have so many bytes of its own; nil when it can.
    ///
    /// A third of what is available: two servers of a measurement may need as much as each other, and the
    /// kernel's socket memory comes on top.
    func refusal(ofMemory bytes: Int, for purpose: String) -> String? {
        guard let memory, bytes > memory / 3 else { return nil }
        return
            "\(purpose) would take \(bytesText(Double(bytes))), more than a third of the memory available, \(bytesText(Double(memory)))"
    }

    /// Why a measurement with so many servers cannot be made; nil when it can.
    func refusal(of settings: Settings, servers: Int) -> String? {
        refusal(ofConnections: settings.connections + settings.slowClients, servers: servers)
            ?? refusal(ofBody: settings.size, sender: settings.sender)
            ?? refusal(ofLandingFor: settings)
    }

    /// Why the client cannot have its body; nil when it can.
    func refusal(ofBody size: ByteSize, sender: LoadPlan.Sender) -> String? {
        // One body for all senders, and a second one in a file where they use sendfile.
        refusal(ofMemory: (sender == .sendfile ? 2 : 1) * size.bytes, for: "the client's body")
    }

    /// Why the server that is started cannot land a body of each connection; nil when it can, or need not.
    func refusal(ofLandingFor settings: Settings) -> String? {
        refusal(ofMemory: settings.commandLine?.landedMemory ?? 0, for: "landing every body")
    }

    /// Why there cannot be so many connections to so many servers; nil when there can.
    func refusal(ofConnections connections: Int, servers: Int) -> String? {
        // And what else a process has open.
        let needed = servers * connections + 64
        guard needed > descriptors else { return nil }
        return
            "\(connections) connections need \(needed) descriptors, and the limit is \(descriptors): ulimit -n"
    }

    /// Why a limit's buffers do not fit; nil when they do.
    func refusal(of kind: LimitServer.Kind, size: ByteSize, connections: Int) -> String? {
        refusal(
            ofMemory: connections * LimitServer.bufferSize(kind: kind, bodySize: size.bytes),
            for: "a buffer of its own for each connection")
    }
}
