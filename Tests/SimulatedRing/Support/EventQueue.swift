/// What is to happen later, in order of time and, at the same time, in order of scheduling.
struct EventQueue {
    /// The kernel is handed in, never captured: a kernel that holds what holds it would never go.
    typealias Action = (SimulatedKernel) -> Void

    private struct Event {
        let time: UInt64
        let sequence: UInt64
        let action: Action

        func precedes(_ other: Event) -> Bool { (time, sequence) < (other.time, other.sequence) }
    }

    private var heap: [Event] = []
    private var sequence: UInt64 = 0

    var nextTime: UInt64? { heap.first?.time }

    mutating func schedule(at time: UInt64, _ action: @escaping Action) {
        sequence += 1
        heap.append(Event(time: time, sequence: sequence, action: action))
        var child = heap.count - 1
        while child > 0, heap[child].precedes(heap[(child - 1) / 2]) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// The first event, if it is due.
    mutating func takeDue(at time: UInt64) -> Action? {
        guard let first = heap.first, first.time <= time else { return nil }
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && heap[child].precedes(heap[least]) {
                least = child
            }
            if least == parent { return first.action }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
