import SimulatedRing
import Uring

@testable import Sluice

/// What must hold of a server after each of its turns, whatever happens to it.
struct BrokenInvariant: Error, CustomStringConvertible {
    let description: String
}

extension Stage {
    func require(_ condition: Bool, _ what: @autoclosure () -> String) throws {
        if !condition { throw BrokenInvariant(description: what()) }
    }

    func requireEqual<Value: Equatable>(_ left: Value, _ right: Value, _ what: String) throws {
        try require(left == right, "\(what): \(left) is not \(right)")
    }

    func check(_ reactor: Reactor<WatchedRing>, _ watch: Watch) throws {
        if let holder = reactor.bodyTurns.holder {
            // With a body, or waited for between two.
            let isLive = if case .free = unsafe reactor.slots[holder].connection.state { false } else { true }
            let hasBody = unsafe reactor.slots[holder].holdsBody
            let isWaitedFor = unsafe isLive && reactor.slots[holder].returns.isExpectedAtOnce
            try require(hasBody || isWaitedFor, "it is the turn of slot \(holder), which has no body")
        }
        try require(watch.movesInTurn <= 1, "\(watch.movesInTurn) moves in one turn")
        if watch.movesInTurn > 0, reactor.bodyTurns.holder != nil {
            try require(
                reactor.bodyTurns.nextLook(now: reactor.now) >= watch.lastMoveEnd,
                "a client is waited for in the time that a move took")
        }
        if reactor.lines.isEmpty(Reactor<WatchedRing>.Line.forTurn.rawValue) {
            try requireEqual(
                reactor.context.clientCPUs[reactor.index].value, 0,
                "the CPU of a client with nobody behind it")
        }
        var live = 0
        var refused = 0
        var bodies = 0
        var operations = 0
        var heads: Set<UInt16> = []
        var runners: Set<ObjectIdentifier> = []
        var leases: [Range<UInt>] = []
        for slot in 0..<reactor.slotCount {
            if case .free = unsafe reactor.slots[slot].connection.state {
                try checkIsEmpty(reactor, slot)
                continue
            }
            live += 1
            operations += unsafe reactor.slots[slot].connection.inFlight.rawValue.nonzeroBitCount
            if unsafe !reactor.slots[slot].countsAsPlaced { refused += 1 }
            if unsafe reactor.slots[slot].holdsBody { bodies += 1 }
            if let head = unsafe reactor.slots[slot].headBuffer {
                try require(heads.insert(head).inserted, "head buffer \(head) is on loan twice")
            }
            if let runner = unsafe reactor.slots[slot].runner {
                try require(runners.insert(ObjectIdentifier(runner)).inserted, "a kernel is in use twice")
            }
            let lease = unsafe SimulationTests.addresses(
                of: UnsafeRawBufferPointer(reactor.slots[slot].leased))
            if !lease.isEmpty { leases.append(lease) }
            try checkReceive(reactor, slot, watch, lease: lease)
        }
        for runner in reactor.idleRunners.joined().joined() {
            try require(runners.insert(ObjectIdentifier(runner)).inserted, "a kernel in use is idle")
        }
        try requireEqual(live, reactor.liveCount, "connections counted")
        try require(
            refused <= Reactor<WatchedRing>.overflowSlots,
            "\(refused) connections that were refused are in the slots of others")
        try requireEqual(bodies, reactor.bodiesInFlight, "bodies in flight counted")
        try requireEqual(heads.count, reactor.headBuffersOnLoan, "head buffers on loan counted")
        try requireEqual(
            heads.count, reactor.ring.inner.lentBufferCount(of: Reactor<WatchedRing>.headGroup),
            "head buffers that the kernel has not")
        // Between turns every window is back: what it held has been consumed.
        try requireEqual(
            0, reactor.ring.inner.lentBufferCount(of: Reactor<WatchedRing>.windowGroup),
            "windows that the kernel has not")
        let own = [reactor.isAcceptArmed, reactor.isWakeArmed, reactor.isAcceptCancelInFlight].count { $0 }
        operations += reactor.descriptorWaits.operationsInFlight
        try requireEqual(operations + own, reactor.ring.inner.inFlightCount, "operations in flight")
        try requireEqual(reactor.metrics.staleCompletions.value, 0, "stale completions")
        try requireEqual(reactor.metrics.kernelRefusals.value, 0, "operations refused by Linux")
        try require(!watch.hasRepeatedToken, "a slot's next connection has the tokens of the last")
        try checkLeases(leases)
        try checkReceiveBuffers(reactor, watch)
    }

    /// What is counted is what the sockets were set to, or hold from before they were, and no more than there is, the smallest of
    /// each body aside. Nobody holds more than is counted, read or not, but for the smallest.
    private func checkReceiveBuffers(_ reactor: Reactor<WatchedRing>, _ watch: Watch) throws {
        var granted = 0
        var full = 0
        var fast = 0
        for slot in 0..<reactor.slotCount {
            let bytes = unsafe reactor.slots[slot].receiveBytesGranted
            granted += bytes
            let holdsBody = unsafe reactor.slots[slot].holdsBody
            if holdsBody, unsafe reactor.slots[slot].pace.isFast { fast += 1 }
            let socket = unsafe reactor.slots[slot].socket
            let set = watch.receiveBuffers[socket.descriptor]
            // One that is received is Linux's choice while its client is alone, or before its second request.
            let isLinuxs = set == nil && (bytes == 0 || holdsBody)
            let isClosing = unsafe reactor.slots[slot].connection.inFlight.contains(.close)
            if socket.descriptor >= 0, !isClosing, !isLinuxs {
                let held = kernel.heldByteCount(of: socket.descriptor)
                try require(
                    held <= max(bytes, SocketTuning.smallestBuffer),
                    "\(held) bytes where \(bytes) are counted")
            }
            let isFull = bytes > set ?? .max
            if isFull { full += bytes }
            if bytes > 0 {
                try require(
                    isFull || set == nil || bytes == set, "\(bytes) counted of a buffer of \(set ?? 0)")
                let mark = unsafe reactor.slots[slot].lowWaterMark
                try require(mark <= set ?? .max, "a mark of \(mark) over a buffer of \(set ?? 0)")
            }
            try requireEqual(
                reactor.receiveHolders.list(of: slot) != nil,
                bytes > SocketTuning.smallestBuffer && !isFull,
                "on a list of those who can be taken from")
            if !holdsBody {
                try require(bytes == 0 || bytes > SocketTuning.smallestBuffer, "\(bytes) counted of no body")
            }
        }
        try requireEqual(granted, reactor.receiveBytesGranted, "granted in all")
        try requireEqual(fast, reactor.fastBodies, "fast bodies counted")
        // What is full was so before: of what was granted, of a connection's first request, which is no large body, or of
        // Linux's choice, which is looked at in every window, and grows by two while one comes.
        let most = context.tuning.budget + reactor.bodiesInFlight * SocketTuning.smallestBuffer
        try require(granted - full <= most, "\(granted - full) bytes granted of \(most)")
        let first = 2 * max(context.limits.tunedBodyBytes + Limits.headBytes, context.limits.windowBytes)
        try require(
            granted <= most + reactor.liveCount * first, "\(granted) bytes of receive buffers in all")
    }

    private func checkIsEmpty(_ reactor: Reactor<WatchedRing>, _ slot: Int) throws {
        let isEmpty =
            unsafe reactor.slots[slot].headBuffer == nil && reactor.slots[slot].runner == nil
            && reactor.slots[slot].leased.isEmpty && !reactor.slots[slot].holdsBody
            && reactor.slots[slot].longResponse == nil && reactor.slots[slot].call == nil
            && reactor.slots[slot].stream == nil && reactor.slots[slot].responseBody.isEmpty
            && reactor.slots[slot].handlerRequest == nil && reactor.lines.list(of: slot) == nil
        try require(isEmpty, "a free slot holds something")
    }

    /// What a receive in flight writes to still belongs to its connection.
    private func checkReceive(
        _ reactor: Reactor<WatchedRing>, _ slot: Int, _ watch: Watch, lease: Range<UInt>
    ) throws {
        let token = unsafe Token(.receive, reactor.slots[slot].id(slot: slot)).rawValue
        guard let memory = watch.receives[token] else { return }
        if let head = unsafe reactor.slots[slot].headBuffer {
            let buffer = unsafe SimulationTests.addresses(
                of: UnsafeRawBufferPointer(reactor.memory.headBuffer(head)))
            if buffer.holds(memory) { return }
        }
        try require(
            lease.holds(memory),
            "a receive in flight writes to memory that its connection does not hold (slot \(slot))")
    }

    private func checkLeases(_ leases: [Range<UInt>]) throws {
        let sorted = leases.sorted { $0.lowerBound < $1.lowerBound }
        for (lease, next) in zip(sorted, sorted.dropFirst()) {
            try require(lease.upperBound <= next.lowerBound, "memory is leased twice")
        }
        let total = leases.reduce(0) { $0 + $1.count }
        try require(
            total <= context.arena.leasedBytes, "\(total) bytes are held and fewer are leased")
        try require(sorted.allSatisfy(arena.holds), "a lease outside the arena")
    }

    /// Streamed bytes are consumed where the kernel put them: in a window or a head buffer. Landed ones in the arena.
    func checkConsumed() throws {
        let (consumed, handled) = log.take()
        let buffers = watches.flatMap(\.groups.values)
        for range in consumed {
            try require(
                arena.holds(range) || buffers.contains { $0.holds(range) },
                "a kernel was given memory that is neither window nor head buffer nor arena")
        }
        for range in handled {
            try require(arena.holds(range), "a handler was given memory outside the arena")
        }
    }

    /// Nothing of any connection is left: free + leased = total.
    func checkIsAtRest(_ reactor: Reactor<WatchedRing>, _ watch: Watch) throws {
        try requireEqual(reactor.liveCount, 0, "connections at rest")
        try requireEqual(
            reactor.ring.inner.freeBufferCount(of: Reactor<WatchedRing>.headGroup),
            reactor.memory.headBufferCount, "free head buffers")
        try requireEqual(
            reactor.ring.inner.freeBufferCount(of: Reactor<WatchedRing>.windowGroup),
            reactor.memory.windowCount, "free windows")
        try requireEqual(reactor.metrics.bodiesInFlight.value, 0, "bodies in flight at rest")
        try requireEqual(reactor.metrics.connectionsOpen.value, 0, "connections open at rest")
        try requireEqual(
            reactor.metrics.headBuffersFree.value, reactor.memory.headBufferCount, "free head buffers told")
        try requireEqual(
            reactor.metrics.windowsFree.value, reactor.memory.windowCount, "free windows told")
        try requireEqual(reactor.timers.nextWake, .distantFuture, "timers at rest")
        // Those that heed no cancellation are left behind when the stop's time is over.
        if !reactor.isCutOff { try requireEqual(reactor.tasksRunning, 0, "tasks at rest") }
        try require(watch.receives.isEmpty, "receives in flight at rest")
        for line in Reactor<WatchedRing>.Line.allCases {
            try require(reactor.lines.isEmpty(line.rawValue), "someone waits in line at rest")
        }
    }

    func checkShared() throws {
        try requireEqual(context.arena.leasedBytes, 0, "bytes of the arena leased at rest")
        try requireEqual(kernel.openDescriptorCount, ownDescriptors, "open descriptors at rest")
    }
}
