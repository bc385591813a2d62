/// The open descriptors. The lowest free number is given out first, as in Linux: whoever uses a descriptor
/// after its close meets the next connection.
struct DescriptorTable {
    enum Entry {
        case listener(SimulatedListener)
        case socket(SimulatedSocket)
        /// A handler's own.
        case outside(OutsideDescriptor)
        /// Stands for nothing.
        case spare
    }

    /// So high that a system call which goes past the ring gets `EBADF` and harms no real descriptor.
    static let first: Int32 = 1_000_000

    private var entries: [Entry?] = []
    private(set) var openCount = 0

    mutating func open(_ entry: Entry) -> Int32 {
        openCount += 1
        if let free = entries.firstIndex(where: { $0 == nil }) {
            entries[free] = entry
            return Self.first + Int32(free)
        }
        entries.append(entry)
        return Self.first + Int32(entries.count - 1)
    }

    mutating func close(_ descriptor: Int32) {
        guard self[descriptor] != nil else { return }
        entries[Int(descriptor - Self.first)] = nil
        openCount -= 1
    }

    subscript(descriptor: Int32) -> Entry? {
        let index = Int(descriptor) - Int(Self.first)
        return entries.indices.contains(index) ? entries[index] : nil
    }
}
