internal import Uring

/// Buffers that belong to the kernel until a completion carries one away, and again when it comes back.
final class SimulatedBufferGroup {
    enum Owner { case kernel, completion, server }

    let group: BufferGroup
    private let memory: KernelMemory
    private let size: Int
    private(set) var owners: [Owner]
    /// First in, first out, as in Linux.
    private var free: [UInt16]

    init(group: BufferGroup, memory: KernelMemory, size: Int, count: Int) {
        self.group = group
        self.memory = memory
        self.size = size
        owners = Array(repeating: .kernel, count: count)
        free = (0..<count).map { UInt16($0) }
        for buffer in free { part(buffer).fillWithPoison() }
    }

    var freeCount: Int { free.count }

    func part(_ buffer: UInt16) -> KernelMemory {
        memory.part(at: Int(buffer) * size, count: size)
    }

    func takeFirst() -> UInt16? {
        guard !free.isEmpty else { return nil }
        let buffer = free.removeFirst()
        owners[Int(buffer)] = .completion
        return buffer
    }

    func handOver(_ buffer: UInt16) { owners[Int(buffer)] = .server }

    func takeBack(_ buffer: UInt16) {
        owners[Int(buffer)] = .kernel
        part(buffer).fillWithPoison()
        free.append(buffer)
    }

    /// Whether memory that someone wants to receive into belongs to a buffer that the server does not hold.
    func kernelOwnsPart(of other: KernelMemory) -> Bool {
        owners.indices.contains { owners[$0] != .server && part(UInt16($0)).overlaps(other) }
    }
}
