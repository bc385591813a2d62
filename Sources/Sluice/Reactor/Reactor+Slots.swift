internal import Uring

extension Reactor where R: ~Copyable {
    /// Slots beyond the connections of its share: for telling clients of a full server so.
    static var overflowSlots: Int { 32 }

    /// Room to tell a client that the server is full; the other slots are for those who are given a place.
    var canRefuse: Bool { refusedCount < Self.overflowSlots && !freeSlots.isEmpty }

    /// - Returns: a free slot, its connection counted.
    func takeSlot(for socket: Socket) -> Int? {
        guard let raw = freeSlots.popLast() else { return nil }
        let slot = Int(raw)
        liveCount += 1
        metrics.connectionsOpen.set(liveCount)
        unsafe slots[slot].socket = socket
        if context.setsUpAccepted { ring.setUpAccepted(socket) }
        unsafe slots[slot].lowWaterMark = 1
        unsafe slots[slot].receiveBuffer = nil
        unsafe slots[slot].isWindowClosed = false
        unsafe slots[slot].allowance = SocketTuning.closedWindow
        unsafe slots[slot].isNear = nil
        unsafe slots[slot].pace = BodyPace()
        unsafe slots[slot].returns = BodyReturns()
        unsafe slots[slot].headBufferTicket = nil
        unsafe slots[slot].connection = Connection(limits: sharedLimits)
        return slot
    }

    /// Its descriptor is closed: nothing is left of the connection.
    func connectionClosed(_ slot: Int) {
        unsafe slots[slot].connection.closeCompleted()
        let wasPlaced = unsafe slots[slot].countsAsPlaced
        timers.clear(slot)
        freeSlot(slot)
        if wasPlaced { leave() } else { refusedCount -= 1 }
    }

    private func freeSlot(_ slot: Int) {
        unsafe slots[slot].generation &+= 1
        unsafe slots[slot].socket = Socket(descriptor: -1)
        if unsafe slots[slot].isNear != nil { uploaderCount -= 1 }
        unsafe slots[slot].isNear = nil
        freeSlots.append(Int32(slot))
        liveCount -= 1
        metrics.connectionsOpen.set(liveCount)
    }
}
