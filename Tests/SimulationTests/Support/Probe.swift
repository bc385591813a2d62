import Reduction
import SimulatedRing

/// A kernel that notes where the bytes lay which it was given, and answers a number that depends on every one
/// of them and on their order.
struct Probe: ReductionKernel {
    static let name = "probe"
    let log: ProbeLog
    private var hash = Probe.seed
    private var bytesTaken = 0

    private static let seed: UInt32 = 0x811C_9DC5

    init(_ log: ProbeLog) { self.log = log }

    var needsCount: Bool { false }
    func scratchBytes(count: Int) -> Int { 0 }
    func accepts(count: Int) -> Bool { count > 0 }
    mutating func begin(count: Int?, scratch: UnsafeMutableRawBufferPointer) {
        hash = Self.seed
        bytesTaken = 0
    }

    mutating func consume(_ bytes: RawSpan) {
        unsafe bytes.withUnsafeBytes { memory in
            unsafe log.consumed(addresses(of: memory))
            hash = unsafe Self.mix(hash, memory)
            bytesTaken += memory.count
        }
    }

    mutating func finish() -> Float {
        log.finished(bytesTaken)
        return Self.float(hash)
    }

    static func answer(to body: [UInt8]) -> Float {
        unsafe body.withUnsafeBytes { float(unsafe mix(seed, $0)) }
    }

    @unsafe
    private static func mix(_ hash: UInt32, _ bytes: UnsafeRawBufferPointer) -> UInt32 {
        var hash = hash
        for index in 0..<bytes.count { hash = unsafe (hash ^ UInt32(bytes[index])) &* 0x0100_0193 }
        return hash
    }

    /// Any number but a NaN or an infinity.
    private static func float(_ hash: UInt32) -> Float { Float(bitPattern: hash & 0xBFFF_FFFF) }
}

/// Where the probes' bytes lay since the last look, and how long the bodies were. Used by one thread.
final class ProbeLog: @unchecked Sendable {
    private var ranges: [Range<UInt>] = []
    private var bodies: [Range<UInt>] = []
    /// The length of every body that a probe or a handler has answered, from the beginning.
    private(set) var answeredLengths: [Int] = []

    /// Where handlers open descriptors.
    let kernel: SimulatedKernel

    init(_ kernel: SimulatedKernel) { self.kernel = kernel }

    /// Handlers that were told that nobody waits for them.
    private(set) var cancellations = 0

    func cancelled() { cancellations += 1 }
    func consumed(_ range: Range<UInt>) { if !range.isEmpty { ranges.append(range) } }
    func finished(_ byteCount: Int) { answeredLengths.append(byteCount) }

    func handled(_ range: Range<UInt>) {
        answeredLengths.append(range.count)
        if !range.isEmpty { bodies.append(range) }
    }

    func take() -> (consumed: [Range<UInt>], handled: [Range<UInt>]) {
        defer {
            ranges.removeAll(keepingCapacity: true)
            bodies.removeAll(keepingCapacity: true)
        }
        return (ranges, bodies)
    }
}
