internal import Uring

/// Which clients are fast: ``BodyPace`` judges, this asks and counts.
extension Reactor where R: ~Copyable {
    func startPace(_ slot: Int) {
        // It rests no more.
        if receiveHolders.remove(slot) != nil { listReceiveHolder(slot) }
        unsafe slots[slot].pace.bodyBegan(isNear: slots[slot].isNear ?? true, now: now)
        if unsafe slots[slot].pace.isFast { countFast(1) }
    }

    /// So much of a body has been received.
    func keepPace(_ slot: Int, received count: Int) {
        let wasFast = unsafe slots[slot].pace.isFast
        unsafe slots[slot].pace.received(count, isNear: slots[slot].isNear ?? true, now: now)
        let isFast = unsafe slots[slot].pace.isFast
        if isFast != wasFast { countFast(isFast ? 1 : -1) }
    }

    /// One that is silent is looked at here, or it would keep what it was granted.
    func bodyPeriodEnded(_ slot: Int) {
        keepPace(slot, received: 0)
        if unsafe slots[slot].receiveBytesGranted > 0 { lowerReceiveBuffer(slot, isWanted: false) }
    }

    /// The body counts no more.
    func endPace(_ slot: Int) {
        if unsafe slots[slot].pace.isFast { countFast(-1) }
        restReceiveBuffer(slot)
    }

    private func countFast(_ change: Int) {
        fastBodies += change
        metrics.fastBodies.set(fastBodies)
    }
}
