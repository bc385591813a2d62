extension Limits {
    /// - Throws: ``ServerError/configuration(_:)`` for what cannot be meant.
    func check(reactors: Int, overflowSlots: Int) throws(ServerError) {
        try Self.require(
            (1...Self.mostReactors).contains(reactors),
            "a server has between 1 and \(Self.mostReactors) threads")
        try checkCounts(reactors: reactors, overflowSlots: overflowSlots)
        try checkTimes()
    }

    private static func require(_ condition: Bool, _ sentence: String) throws(ServerError) {
        if !condition { throw .configuration(sentence) }
    }

    private func checkCounts(reactors: Int, overflowSlots: Int) throws(ServerError) {
        try Self.require(
            maxConnections >= 1 && maxConnections < Token.slotLimit / 2,
            "the number of connections is between 1 and \(Token.slotLimit / 2 - 1)")
        try Self.require(requestsPerConnection >= 1, "a connection has at least one request")
        try Self.require(
            windowBytes >= 4096 && windowBytes <= 64 << 20, "a window has between 4 KiB and 64 MiB")
        try Self.require(
            maxBodyBytes >= 4 && maxBodyBytes <= 1 << 40, "the body limit is between 4 bytes and 1 TiB")
        try Self.require(memoryBytes >= 0, "the memory budget is not negative")
        try Self.require(memoryBytes <= 1 << 44, "the memory budget is too large")
        try Self.require(lowWaterMark ?? 1 >= 1, "the low-water mark is 1 byte or more")
        try Self.require(
            receiveBufferBytes ?? 1 >= 1 && receiveBufferBytes ?? 1 <= 1 << 30,
            "a receive buffer has between 1 byte and 1 GiB")
        try Self.require(socketMemoryBytes ?? 1 >= 1, "there is some memory for receive buffers")
        // What Linux takes in one buffer group.
        let most = 32768
        try Self.require(headBuffers >= 1, "a server has at least one head buffer")
        // Before they are shared: a number that no server could use would overflow there.
        try Self.require(
            headBuffers <= most * Self.mostReactors,
            "a server has at most \(most * Self.mostReactors) head buffers")
        try Self.require(
            (1...1024).contains(computeThreads ?? 1), "the compute pool has between 1 and 1,024 threads")
        try Self.require(computeQueue >= 1, "at least one call may wait for the compute pool")
        let headBuffers = min(
            Self.share(of: headBuffers, among: reactors),
            Self.share(of: maxConnections, among: reactors) + overflowSlots)
        try Self.require(headBuffers <= most, "a reactor has at most \(most) head buffers")
        try Self.require(windowsPerReactor <= most, "a reactor has at most \(most) windows")
    }

    private static var longestBusyTime: Duration { .milliseconds(10) }
    private static var longestTurn: Duration { .seconds(1) }

    private func checkTimes() throws(ServerError) {
        for (time, name) in [
            (firstByteTimeout, "first-byte timeout"), (idleTimeout, "idle timeout"),
            (headTimeout, "head timeout"), (bodyPeriod, "body period"), (responsePeriod, "response period"),
            (drainTimeout, "drain timeout"), (handlerTimeout, "handler timeout"),
        ] {
            try Self.require(time > .zero, "the \(name) is longer than nothing")
        }
        for (time, name) in [
            (memoryTimeout, "memory timeout"), (headBufferGrace, "head-buffer grace"),
            (drainDelay, "drain delay"), (stopGrace, "stop grace"),
            (stopDeadline, "stop deadline"),
        ] {
            try Self.require(time >= .zero, "the \(name) is not negative")
        }
        // Whoever takes longer is better slept for.
        try Self.require(
            (Duration.zero...Self.longestBusyTime).contains(busyTime),
            "a thread stays awake for \(Self.longestBusyTime) at most")
        // All others' clocks stand while they are in line.
        try Self.require(
            (Duration.zero...Self.longestTurn).contains(turnTime), "a turn takes \(Self.longestTurn) at most")
        // Nothing demanded would be for ever.
        try Self.require(bodyPeriodBytes >= 1, "a body period brings at least one byte")
        try Self.require(responsePeriodBytes >= 1, "a response period takes at least one byte")
        try Self.require(drainBytes >= 0, "the bytes to drain are not negative")
    }
}
