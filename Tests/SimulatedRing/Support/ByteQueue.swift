/// Bytes in order, put in at the back and taken from the front.
struct ByteQueue {
    private var bytes: [UInt8] = []
    private var head = 0

    var count: Int { bytes.count - head }
    var isEmpty: Bool { count == 0 }

    mutating func append(_ more: some Collection<UInt8>) { bytes.append(contentsOf: more) }

    mutating func take(_ wanted: Int) -> ArraySlice<UInt8> {
        let taken = bytes[head..<head + min(wanted, count)]
        head += taken.count
        if head == bytes.count {
            bytes = []
            head = 0
        } else if head > 1 << 16, head > bytes.count / 2 {
            // Now and then, so that taking stays cheap however long the queue is.
            bytes.removeFirst(head)
            head = 0
        }
        return taken
    }

    mutating func removeAll() { self = ByteQueue() }
}
