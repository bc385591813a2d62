package import Uring

/// Clients follow their scripts.
extension SimulatedKernel {
    /// A client that connects after a while and follows `script`.
    @discardableResult
    package func connect(
        to listener: Socket, after delay: Duration = .zero, latency: Duration = .microseconds(100),
        _ script: [ClientStep]
    ) -> SimulatedClient {
        let client = SimulatedClient(number: clients.count, latency: latency, script: script)
        clients.append(client)
        after(delay + latency) { $0.arrive(client, at: listener) }
        return client
    }

    /// Goes on with the script as far as possible.
    func advance(_ client: SimulatedClient) {
        while !client.isFinished {
            guard client.position < client.script.count else { return finish(client, didEverything: true) }
            guard perform(client.script[client.position], of: client) else { return }
            record(.clientStep, UInt64(client.number), client.position)
            client.position += 1
            clientSteps += 1
            client.stepIsBegun = false
        }
    }

    /// Does a step, or a part of it; true when it is done.
    private func perform(_ step: ClientStep, of client: SimulatedClient) -> Bool {
        let isFirst = !client.stepIsBegun
        client.stepIsBegun = true
        switch step {
        case .send(let bytes):
            if client.wasReset { return giveUp(client) }
            if isFirst {
                client.write(bytes)
                pumpOutbound(of: client)
            }
            return client.outbound.isEmpty
        case .sendPieces(let bytes, let sizes, let gaps):
            if client.wasReset { return giveUp(client) }
            if isFirst { client.offset = 0 }
            return sendPieces(of: bytes, sizes, gaps, client)
        case .pause(let duration):
            if isFirst { resume(client, after: duration) }
            return now >= client.resumesAt
        case .awaitMessage(_, let parse):
            guard let length = parse(client.received[client.takenCount...]) else {
                return client.sawEnd || client.wasReset ? giveUp(client) : false
            }
            client.messages.append(Array(client.received[client.takenCount...].prefix(length)))
            client.takenCount += length
            return true
        case .awaitEnd:
            return client.sawEnd || client.wasReset
        case .read(let pace):
            client.pace = pace
            scheduleRead(of: client)
            return true
        case .halfClose:
            sendEnd(of: client)
            return true
        case .reset:
            sendReset(of: client)
            finish(client, didEverything: true)
            return false
        case .close:
            finish(client, didEverything: true)
            return false
        case .perform(let action):
            action(client)
            return true
        }
    }

    private func sendPieces(
        of bytes: [UInt8], _ sizes: ClosedRange<Int>, _ gaps: ClosedRange<Duration>,
        _ client: SimulatedClient
    ) -> Bool {
        while client.outbound.isEmpty, client.offset == 0 || now >= client.resumesAt {
            if client.offset == bytes.count { return true }
            let size = min(max(1, generator.number(in: sizes)), bytes.count - client.offset)
            client.write(bytes[client.offset..<client.offset + size])
            client.offset += size
            pumpOutbound(of: client)
            resume(client, after: generator.duration(in: gaps))
        }
        return false
    }

    private func resume(_ client: SimulatedClient, after duration: Duration) {
        client.resumesAt = now.advanced(by: duration)
        after(duration) { $0.advance(client) }
    }

    private func giveUp(_ client: SimulatedClient) -> Bool {
        finish(client, didEverything: false)
        return false
    }

    /// The end of a script: both directions are closed.
    func finish(_ client: SimulatedClient, didEverything: Bool) {
        guard !client.isFinished else { return }
        client.isFinished = true
        clientSteps += 1
        client.finishTime = now
        client.didEverything = didEverything
        sendEnd(of: client)
        client.isClosed = true
        scheduleRead(of: client)
    }
}
