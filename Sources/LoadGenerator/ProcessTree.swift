/// A process and all that it has started, and they in turn: a server and its workers, looked at from outside.
public struct ProcessTree: Sendable {
    private let root: Int32

    /// The tree that grows from a process.
    public init(root: Int32) {
        self.root = root
    }

    /// Those that live now, the root first; empty when it is gone.
    public var members: [Int32] {
        var children: [Int32: [Int32]] = [:]
        for pid in directory("/proc").compactMap({ Int32($0) }) {
            if let parent = ProcessFigures(pid: pid).parent { children[parent, default: []].append(pid) }
        }
        guard ProcessFigures(pid: root).parent != nil else { return [] }
        var members = [root]
        var next = 0
        while next < members.count {
            members += children[members[next]] ?? []
            next += 1
        }
        return members
    }

    /// The processor time of them all, and of those that have ended and were waited for, in nanoseconds.
    ///
    /// It never goes back while the root lives: a worker's time passes to its parent when it has ended. (Between
    /// its end and its parent's wait for it, it is a zombie, whose clock still stands there.)
    public var cpuNanoseconds: UInt64? {
        let times = members.compactMap { pid -> UInt64? in
            let figures = ProcessFigures(pid: pid)
            return figures.cpuNanoseconds.map { $0 + (figures.endedChildrensCPUNanoseconds ?? 0) }
        }
        return times.isEmpty ? nil : times.reduce(0, +)
    }

    /// The sum of the most memory that each has had resident, in bytes; pages that they share count for each.
    public var peakMemory: Int? {
        let peaks = members.compactMap { ProcessFigures(pid: $0).peakMemory }
        return peaks.isEmpty ? nil : peaks.reduce(0, +)
    }
}
