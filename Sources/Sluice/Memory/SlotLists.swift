/// First-in-first-out lists of slot numbers, a slot on at most one of them: links in two arrays, so that
/// nothing is allocated and a slot in the middle leaves in constant time.
struct SlotLists {
    private static let none = Int32(-1)

    private var nextSlot: [Int32]
    private var previousSlot: [Int32]
    private var listOf: [Int32]
    private var heads: [Int32]
    private var tails: [Int32]
    private var counts: [Int]

    init(slotCount: Int, listCount: Int) {
        nextSlot = Array(repeating: Self.none, count: slotCount)
        previousSlot = nextSlot
        listOf = nextSlot
        heads = Array(repeating: Self.none, count: listCount)
        tails = heads
        counts = Array(repeating: 0, count: listCount)
    }

    func isEmpty(_ list: Int) -> Bool { heads[list] == Self.none }
    func count(of list: Int) -> Int { counts[list] }
    func first(of list: Int) -> Int? { Self.slot(heads[list]) }
    func last(of list: Int) -> Int? { Self.slot(tails[list]) }
    func next(after slot: Int) -> Int? { Self.slot(nextSlot[slot]) }
    func list(of slot: Int) -> Int? { Self.slot(listOf[slot]) }

    mutating func append(_ slot: Int, to list: Int) { insert(slot, before: nil, in: list) }

    /// - Parameter follower: on that list; nil for the list's end.
    mutating func insert(_ slot: Int, before follower: Int?, in list: Int) {
        precondition(listOf[slot] == Self.none, "slot \(slot) is on a list already")
        let next = follower.map { Int32($0) } ?? Self.none
        let previous = follower.map { previousSlot[$0] } ?? tails[list]
        previousSlot[slot] = previous
        nextSlot[slot] = next
        if previous == Self.none { heads[list] = Int32(slot) } else { nextSlot[Int(previous)] = Int32(slot) }
        if next == Self.none { tails[list] = Int32(slot) } else { previousSlot[Int(next)] = Int32(slot) }
        listOf[slot] = Int32(list)
        counts[list] += 1
    }

    /// - Returns: the list it was on, or nil if on none.
    @discardableResult
    mutating func remove(_ slot: Int) -> Int? {
        guard let list = list(of: slot) else { return nil }
        let previous = previousSlot[slot]
        let next = nextSlot[slot]
        if previous == Self.none { heads[list] = next } else { nextSlot[Int(previous)] = next }
        if next == Self.none { tails[list] = previous } else { previousSlot[Int(next)] = previous }
        listOf[slot] = Self.none
        counts[list] -= 1
        return list
    }

    mutating func removeFirst(of list: Int) -> Int? {
        guard let slot = first(of: list) else { return nil }
        remove(slot)
        return slot
    }

    private static func slot(_ raw: Int32) -> Int? { raw == none ? nil : Int(raw) }
}
