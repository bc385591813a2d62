/// First-in-first-out lists of slot numbers, a slot on at most one of them: each slot's links are in one place, so that
/// nothing is allocated and a slot in the middle leaves in constant time.
@safe
final class SlotLists {
    private static let none = Int32(-1)

    private struct Links {
        var next = SlotLists.none
        var previous = SlotLists.none
        var list = SlotLists.none
    }

    private struct Ends {
        var first = SlotLists.none
        var last = SlotLists.none
        var count = 0
    }

    private let links: UnsafeMutableBufferPointer<Links>
    private let ends: UnsafeMutableBufferPointer<Ends>
    private let slotCount: Int
    private let listCount: Int

    init(slotCount: Int, listCount: Int) {
        (self.slotCount, self.listCount) = (slotCount, listCount)
        unsafe links = .allocate(capacity: slotCount)
        unsafe links.initialize(repeating: Links())
        unsafe ends = .allocate(capacity: listCount)
        unsafe ends.initialize(repeating: Ends())
    }

    deinit {
        unsafe links.deallocate()
        unsafe ends.deallocate()
    }

    func isEmpty(_ list: Int) -> Bool { self[list: list].first == Self.none }
    func count(of list: Int) -> Int { self[list: list].count }
    func first(of list: Int) -> Int? { Self.slot(self[list: list].first) }
    func last(of list: Int) -> Int? { Self.slot(self[list: list].last) }
    func next(after slot: Int) -> Int? { Self.slot(self[slot].next) }
    func list(of slot: Int) -> Int? { Self.slot(self[slot].list) }

    func append(_ slot: Int, to list: Int) { insert(slot, before: nil, in: list) }

    /// - Parameter follower: on that list; nil for the list's end.
    func insert(_ slot: Int, before follower: Int?, in list: Int) {
        precondition(self[slot].list == Self.none, "slot \(slot) is on a list already")
        let next = follower.map { Int32($0) } ?? Self.none
        let previous = follower.map { self[$0].previous } ?? self[list: list].last
        self[slot] = Links(next: next, previous: previous, list: Int32(list))
        setNext(of: previous, to: Int32(slot), in: list)
        setPrevious(of: next, to: Int32(slot), in: list)
        self[list: list].count += 1
    }

    /// - Returns: the list it was on, or nil if on none.
    @discardableResult
    func remove(_ slot: Int) -> Int? {
        guard let list = list(of: slot) else { return nil }
        let (previous, next) = (self[slot].previous, self[slot].next)
        self[slot] = Links()
        setNext(of: previous, to: next, in: list)
        setPrevious(of: next, to: previous, in: list)
        self[list: list].count -= 1
        return list
    }

    func removeFirst(of list: Int) -> Int? {
        guard let slot = first(of: list) else { return nil }
        remove(slot)
        return slot
    }

    /// Of the list itself where there is no such slot.
    private func setNext(of slot: Int32, to next: Int32, in list: Int) {
        if slot == Self.none { self[list: list].first = next } else { self[Int(slot)].next = next }
    }

    private func setPrevious(of slot: Int32, to previous: Int32, in list: Int) {
        if slot == Self.none { self[list: list].last = previous } else { self[Int(slot)].previous = previous }
    }

    private subscript(slot: Int) -> Links {
        get {
            precondition(slot >= 0 && slot < slotCount, "no slot \(slot)")
            return unsafe links[slot]
        }
        set {
            precondition(slot >= 0 && slot < slotCount, "no slot \(slot)")
            unsafe links[slot] = newValue
        }
    }

    private subscript(list list: Int) -> Ends {
        get {
            precondition(list >= 0 && list < listCount, "no list \(list)")
            return unsafe ends[list]
        }
        set {
            precondition(list >= 0 && list < listCount, "no list \(list)")
            unsafe ends[list] = newValue
        }
    }

    private static func slot(_ raw: Int32) -> Int? { raw == none ? nil : Int(raw) }
}
