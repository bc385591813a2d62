internal import Uring

/// One deadline for each connection, in a wheel of 1,024 ticks of 16 ms.
///
/// Setting and clearing are constant time and allocate nothing, with ten thousand connections as with one.
/// A deadline beyond the wheel's 16 s waits beside it and is looked at once each revolution: what is in a tick is
/// due in it. Deadlines are kept to the tick: never early, at most 16 ms late.
@safe
final class TimerWheel {
    static let tickNanoseconds: UInt64 = 16_000_000
    static let tickCount = 1024
    /// The list of those that are due in a later revolution.
    private static let later = tickCount

    private let lists: SlotLists
    private let slotCount: Int
    private let deadlines: UnsafeMutablePointer<UInt64>
    /// One bit a tick: whether its list has members.
    private let occupied: UnsafeMutablePointer<UInt64>
    /// All ticks before this one have been looked at.
    private var currentTick: UInt64
    /// How many deadlines have been looked at, for the test that few are.
    private(set) var looks = 0

    init(slotCount: Int, now: MonotonicInstant) {
        lists = SlotLists(slotCount: slotCount, listCount: Self.tickCount + 1)
        self.slotCount = slotCount
        unsafe deadlines = .allocate(capacity: slotCount)
        unsafe deadlines.initialize(repeating: .max, count: slotCount)
        unsafe occupied = .allocate(capacity: Self.tickCount / 64)
        unsafe occupied.initialize(repeating: 0, count: Self.tickCount / 64)
        currentTick = now.nanoseconds / Self.tickNanoseconds
    }

    deinit {
        unsafe deadlines.deallocate()
        unsafe occupied.deallocate()
    }

    func set(_ slot: Int, to deadline: MonotonicInstant) {
        guard self[deadlineOf: slot] != deadline.nanoseconds else { return }
        clear(slot)
        guard deadline != .distantFuture else { return }
        self[deadlineOf: slot] = deadline.nanoseconds
        insert(slot)
    }

    func clear(_ slot: Int) {
        self[deadlineOf: slot] = .max
        guard let list = lists.remove(slot), list != Self.later else { return }
        if lists.isEmpty(list) { self[occupiedAround: list] &= ~(1 << UInt64(list % 64)) }
    }

    /// When the next tick with a member ends, or those of later revolutions have to be looked at.
    var nextWake: MonotonicInstant {
        let begin = lists.isEmpty(Self.later) ? .max : nextRevolution &* Self.tickNanoseconds
        var distance = 0
        while distance < Self.tickCount {
            let list = Int((currentTick &+ UInt64(distance)) % UInt64(Self.tickCount))
            let word = self[occupiedAround: list] >> UInt64(list % 64)
            if word != 0 {
                let tick = currentTick &+ UInt64(distance + word.trailingZeroBitCount)
                return MonotonicInstant(nanoseconds: min(begin, (tick &+ 1) &* Self.tickNanoseconds))
            }
            distance += 64 - list % 64
        }
        return MonotonicInstant(nanoseconds: begin)
    }

    /// Takes a slot whose deadline has passed out of the wheel. Call until nil.
    func nextExpired(now: MonotonicInstant) -> Int? {
        let nowTick = now.nanoseconds / Self.tickNanoseconds
        // A clock that jumped: one revolution sees every list.
        if nowTick > currentTick &+ UInt64(Self.tickCount) {
            currentTick = nowTick - UInt64(Self.tickCount)
            beginRevolution()
        }
        while currentTick < nowTick {
            let list = Int(currentTick % UInt64(Self.tickCount))
            if let slot = lists.first(of: list) {
                looks += 1
                clear(slot)
                return slot
            }
            currentTick &+= 1
            if currentTick % UInt64(Self.tickCount) == 0 { beginRevolution() }
        }
        return nil
    }

    private var nextRevolution: UInt64 {
        (currentTick / UInt64(Self.tickCount) &+ 1) &* UInt64(Self.tickCount)
    }

    /// Those that have become due within the wheel go into it; the rest wait for the next revolution.
    private func beginRevolution() {
        guard let last = lists.last(of: Self.later) else { return }
        while let slot = lists.removeFirst(of: Self.later) {
            looks += 1
            insert(slot)
            if slot == last { break }
        }
    }

    private func insert(_ slot: Int) {
        // A deadline that has already passed is found in the present tick.
        let tick = max(self[deadlineOf: slot] / Self.tickNanoseconds, currentTick)
        guard tick - currentTick < UInt64(Self.tickCount) else { return lists.append(slot, to: Self.later) }
        let list = Int(tick % UInt64(Self.tickCount))
        lists.append(slot, to: list)
        self[occupiedAround: list] |= 1 << UInt64(list % 64)
    }

    private subscript(deadlineOf slot: Int) -> UInt64 {
        get {
            precondition(slot >= 0 && slot < slotCount, "no slot \(slot)")
            return unsafe deadlines[slot]
        }
        set {
            precondition(slot >= 0 && slot < slotCount, "no slot \(slot)")
            unsafe deadlines[slot] = newValue
        }
    }

    /// The bits of 64 ticks.
    private subscript(occupiedAround tick: Int) -> UInt64 {
        get {
            precondition(tick >= 0 && tick < Self.tickCount, "no tick \(tick)")
            return unsafe occupied[tick / 64]
        }
        set {
            precondition(tick >= 0 && tick < Self.tickCount, "no tick \(tick)")
            unsafe occupied[tick / 64] = newValue
        }
    }
}
