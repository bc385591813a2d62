internal import Uring

/// Whose receive buffers can be taken from.
enum ReceiveHolders: Int, CaseIterable {
    /// Known without an array of them, which is looked at with each window.
    static let count = allCases.count

    /// Connections that have not had a body for ``SocketTuning/restTime``: what they have is taken first, and all of it.
    case idle
    /// Connections between two bodies, of those who are not fast.
    case resting
    /// And of those who are.
    case restingFast
    /// Connections with a body in flight.
    case receiving
}

/// From whom to take first.
enum ReclaimOrder {
    case idleFirst
    case othersFirst
    case idleAlone
}

/// Taking receive buffers from some for others.
extension Reactor where R: ~Copyable {
    /// Takes from others: from those who have not had a body for a while all they have, from the rest what is more than their share by now;
    /// and of each kind first from who has been looked at least lately: the silent. Of few, so that a completion costs what it costs;
    /// the next one goes on.
    func reclaim(_ bytes: Int, for slot: Int, from order: ReclaimOrder = .idleFirst) {
        receiveHolders.remove(slot)
        var rest = 8
        while rest > 0, freeReceiveBytes(beside: slot) < bytes,
            let holder = nextReceiveHolder(order, startingAt: rest)
        {
            rest -= 1
            lowerReceiveBuffer(holder, isWanted: true)
        }
    }

    /// The idle by that order, the others in turn.
    private func nextReceiveHolder(_ order: ReclaimOrder, startingAt turn: Int) -> Int? {
        if order != .othersFirst, let slot = removeFirst(.idle) { return slot }
        guard order != .idleAlone else { return nil }
        for step in 0..<ReceiveHolders.count {
            let kind = (turn + step) % ReceiveHolders.count
            if kind != ReceiveHolders.idle.rawValue, let slot = receiveHolders.removeFirst(of: kind) {
                return slot
            }
        }
        return removeFirst(.idle)
    }

    private func removeFirst(_ kind: ReceiveHolders) -> Int? { receiveHolders.removeFirst(of: kind.rawValue) }

    func count(of kind: ReceiveHolders) -> Int { receiveHolders.count(of: kind.rawValue) }

    /// Of those who rest, who has done so for long. Of few, as ever.
    func noteRested() {
        noteRested(in: .resting)
        noteRested(in: .restingFast)
    }

    private func noteRested(in kind: ReceiveHolders) {
        var rest = 64
        while rest > 0, let slot = receiveHolders.first(of: kind.rawValue), kindOfHolder(slot) != kind {
            rest -= 1
            receiveHolders.remove(slot)
            listReceiveHolder(slot)
        }
    }

    /// It is on no list.
    func listReceiveHolder(_ slot: Int) { receiveHolders.append(slot, to: kindOfHolder(slot).rawValue) }

    private func kindOfHolder(_ slot: Int) -> ReceiveHolders {
        if unsafe slots[slot].holdsBody { return .receiving }
        if unsafe slots[slot].returns.hasRested(SocketTuning.restTime, now: now) { return .idle }
        return unsafe slots[slot].pace.isFast ? .restingFast : .resting
    }

    /// To its share, if that is less than it has, or to the smallest. The mark goes with it: above what the buffer holds, the
    /// socket might never count as readable, and what is there already would stay.
    /// - Parameter isWanted: whether somebody wants it. What Linux has made of its choice is left alone otherwise.
    func lowerReceiveBuffer(_ slot: Int, isWanted: Bool) {
        let current = unsafe slots[slot].receiveBuffer
        let counted = unsafe current ?? max(SocketTuning.counted(nil), slots[slot].receiveBytesGranted)
        var choice = kindOfHolder(slot) == .idle ? SocketTuning.smallestBuffer : chosenReceiveBuffer(slot)
        if choice == nil, isWanted, counted > SocketTuning.largestBuffer {
            choice = context.tuning.allowed(SocketTuning.largestBuffer)
        }
        if let choice, choice < counted {
            grant(slot, choice, counting: choice)
        } else {
            grant(slot, current, counting: counted)
        }
        fitLowWaterMark(slot)
    }
}
