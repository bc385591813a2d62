internal import Glibc

/// Memory lent to the simulated kernel by an operation or a buffer group. All its unsafety is here.
@safe
struct KernelMemory {
    /// What free memory is filled with: a value that shows, also as a float (-2.87e-16).
    private static let poison: UInt8 = 0xA5
    /// Poisoning every byte of a 30 MB receive would be most of a run: its two ends tell enough.
    private static let edge = 4096

    private let base: UnsafeMutableRawPointer
    let count: Int

    @unsafe
    init(_ base: UnsafeMutableRawPointer, count: Int) {
        unsafe self.base = base
        self.count = count
    }

    /// An empty buffer has no address; nothing will be read or written there.
    @unsafe
    init(_ memory: UnsafeMutableRawBufferPointer) {
        let nowhere = unsafe UnsafeMutableRawPointer(bitPattern: 1).unsafelyUnwrapped
        unsafe self.init(memory.baseAddress ?? nowhere, count: memory.count)
    }

    func part(at offset: Int, count: Int) -> KernelMemory {
        unsafe KernelMemory(base + offset, count: count)
    }

    func overlaps(_ other: KernelMemory) -> Bool {
        unsafe base < other.base + other.count && other.base < base + count
    }

    /// FNV-1a over the contents.
    var checksum: UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        let bytes = unsafe UnsafeRawBufferPointer(start: base, count: count)
        for index in 0..<count {
            hash = unsafe (hash ^ UInt64(bytes[index])) &* 0x0000_0100_0000_01B3
        }
        return hash
    }

    func fillWithPoison() {
        for edge in edges { _ = unsafe memset(edge.base, Int32(Self.poison), edge.count) }
    }

    /// False when someone has written here since it was poisoned.
    var isPoisoned: Bool {
        edges.allSatisfy { edge in
            let first = unsafe edge.base.load(as: UInt8.self)
            // All bytes equal their neighbour and the first is right.
            return unsafe first == Self.poison && memcmp(edge.base, edge.base + 1, edge.count - 1) == 0
        }
    }

    func write(_ bytes: ArraySlice<UInt8>) {
        precondition(bytes.count <= count)
        unsafe UnsafeMutableRawBufferPointer(start: base, count: count).copyBytes(from: bytes)
    }

    func read(_ wanted: Int) -> [UInt8] {
        unsafe Array(UnsafeRawBufferPointer(start: base, count: min(wanted, count)))
    }

    private var edges: [KernelMemory] {
        if count == 0 { return [] }
        if count <= 2 * Self.edge { return [self] }
        return [part(at: 0, count: Self.edge), part(at: count - Self.edge, count: Self.edge)]
    }
}
