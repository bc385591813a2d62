import Seeds
internal import Testing
internal import Uring

@testable internal import Sluice

struct TimerWheelTests {
    private static let tick = TimerWheel.tickNanoseconds
    private static let revolution = TimerWheel.tickNanoseconds * UInt64(TimerWheel.tickCount)

    private static func at(_ nanoseconds: UInt64) -> MonotonicInstant {
        MonotonicInstant(nanoseconds: nanoseconds)
    }

    /// A wheel and, beside it, what it should do, said plainly.
    private struct Pair: ~Copyable {
        let wheel: TimerWheel
        var now: UInt64
        /// The deadline, and the tick it was put into: that of a deadline in the past is the present one.
        var model: [Int: (deadline: UInt64, tick: UInt64)] = [:]

        init(slotCount: Int, now: UInt64) {
            wheel = TimerWheel(slotCount: slotCount, now: at(now))
            self.now = now
        }

        mutating func set(_ slot: Int, to deadline: UInt64) {
            wheel.set(slot, to: at(deadline))
            if deadline == .max {
                model[slot] = nil
            } else if model[slot]?.deadline != deadline {
                model[slot] = (deadline, max(deadline / tick, now / tick))
            }
        }

        mutating func clear(_ slot: Int) {
            wheel.clear(slot)
            model[slot] = nil
        }

        /// Moves the clock and takes out what is due.
        mutating func advance(to instant: UInt64) {
            now = instant
            var expired: Set<Int> = []
            while let slot = wheel.nextExpired(now: at(now)) {
                let isNew = expired.insert(slot).inserted
                let isDue = model[slot].map { $0.deadline <= instant } ?? false
                #expect(isNew, "slot \(slot) expired twice")
                #expect(isDue, "slot \(slot) expired early")
                model[slot] = nil
            }
            let late = model.filter { $0.value.tick < instant / tick && $0.value.deadline <= instant }.map(
                \.key)
            #expect(late.isEmpty, "not expired: \(late)")
            check()
        }

        /// The wheel wakes in time for the first deadline, and never at once for nothing.
        func check() {
            let wake = wheel.nextWake.nanoseconds
            guard let first = model.values.map(\.tick).min() else {
                #expect(wake == .max)
                return
            }
            let end = first < .max / tick ? (first + 1) * tick : .max
            #expect(wake <= end)
            #expect(wake > now, "it would spin")
        }
    }

    private static let starts: [UInt64] = [0, 1, 16_000_000 * 1023, 123_456_789_012_345]

    @Test(arguments: starts)
    func aDeadlineComesInItsTickAndNeverEarly(start: UInt64) {
        var pair = Pair(slotCount: 4, now: start)
        pair.set(2, to: start + 50_000_000)
        pair.advance(to: start + 49_999_999)
        #expect(pair.model.count == 1)
        pair.advance(to: start + 50_000_000 + Self.tick)
        #expect(pair.model.isEmpty)
        #expect(pair.wheel.nextWake == .distantFuture)
    }

    @Test func aFarDeadlineWaitsForItsRevolution() {
        var pair = Pair(slotCount: 2, now: 1)
        pair.set(0, to: 60_000_000_000)
        pair.set(1, to: 16_000_000_000)
        var now: UInt64 = 1
        while pair.model[0] != nil, now < 61_000_000_000 {
            now = pair.wheel.nextWake.nanoseconds
            pair.advance(to: now)
        }
        #expect(now >= 60_000_000_000 && now <= 60_000_000_000 + Self.tick)
    }

    @Test func aDeadlineThatHasPassedComesWithTheNextTick() {
        var pair = Pair(slotCount: 2, now: 1_000_000_000)
        pair.set(0, to: 5)
        pair.check()
        pair.advance(to: 1_000_000_000 + Self.tick)
        #expect(pair.model.isEmpty)
    }

    @Test func aClockThatJumpsLosesNobody() {
        var pair = Pair(slotCount: 1024, now: 7)
        for slot in 0..<1024 { pair.set(slot, to: UInt64(slot) * Self.tick * 3) }
        pair.advance(to: 40 * Self.revolution)
        #expect(pair.model.isEmpty)
    }

    @Test func aClockThatStandsOrGoesBackExpiresNobodyEarly() {
        var pair = Pair(slotCount: 3, now: 100 * Self.tick)
        pair.set(0, to: 110 * Self.tick)
        pair.advance(to: 100 * Self.tick)
        let none = pair.wheel.nextExpired(now: Self.at(50 * Self.tick))
        #expect(none == nil)
        pair.advance(to: 111 * Self.tick)
        #expect(pair.model.isEmpty)
    }

    @Test func aDeadlineForEverIsNone() {
        var pair = Pair(slotCount: 1, now: 1)
        pair.set(0, to: 1000)
        pair.set(0, to: .max)
        #expect(pair.wheel.nextWake == .distantFuture)
        pair.set(0, to: .max - 1)
        pair.advance(to: 10 * Self.revolution)
        #expect(pair.model.count == 1)
    }

    /// Counted, not timed: a deadline is looked at when it is due and once in each revolution before, however
    /// many there are beside it, and the reactor wakes for ticks, not for deadlines. To set one looks at none.
    @Test func tenThousandConnectionsCostALookEachRevolution() {
        let count = 10_000
        let revolutions = 4
        let wheel = TimerWheel(slotCount: count, now: Self.at(0))
        for round in 0..<100 {
            for slot in 0..<count {
                // Idle connections: a minute each, in a hundred different ticks.
                let deadline = 60_000_000_000 + UInt64(slot % 100 + round) * Self.tick
                wheel.set(slot, to: Self.at(deadline))
            }
        }
        #expect(wheel.looks == 0)
        var expired = 0
        var wakes = 0
        while wheel.nextWake != .distantFuture {
            wakes += 1
            let now = wheel.nextWake
            while wheel.nextExpired(now: now) != nil { expired += 1 }
        }
        #expect(expired == count)
        #expect(wheel.looks <= count * (1 + revolutions))
        #expect(wakes <= 100 + revolutions)
    }

    @Test func behavesLikeAPlainTable() {
        var generator = SeededGenerator.announced(for: "TimerWheelTests")
        for start in [UInt64(0), 987_654_321_987] {
            let slotCount = 40
            var pair = Pair(slotCount: slotCount, now: start)
            for _ in 0..<4000 {
                let slot = Int.random(in: 0..<slotCount, using: &generator)
                switch Int.random(in: 0..<10, using: &generator) {
                case 0: pair.clear(slot)
                case 1: pair.set(slot, to: .max)
                case 2...6:
                    let spans: [UInt64] = [
                        Self.tick, 10 * Self.tick, 1_000_000_000, Self.revolution, 4 * Self.revolution,
                    ]
                    let span = spans.randomElement(using: &generator) ?? 1
                    let earliest = pair.now > Self.tick ? pair.now - Self.tick : 0
                    pair.set(slot, to: earliest + UInt64.random(in: 0...span, using: &generator))
                case 7: pair.advance(to: min(pair.wheel.nextWake.nanoseconds, pair.now + Self.revolution))
                case 8:
                    let jump = UInt64.random(in: 0...(2 * Self.revolution), using: &generator)
                    pair.advance(to: pair.now + jump)
                default:
                    let nap = UInt64.random(in: 0...(3 * Self.tick), using: &generator)
                    pair.advance(to: pair.now + nap)
                }
            }
        }
    }
}
