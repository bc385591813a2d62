import Seeds
internal import Testing

@testable internal import Sluice

struct SlotListsTests {
    @Test func behavesLikeArrays() {
        var generator = SeededGenerator.announced(for: "SlotListsTests")
        let slotCount = 20
        let lists = SlotLists(slotCount: slotCount, listCount: 3)
        var model: [[Int]] = [[], [], []]
        for _ in 0..<5000 {
            let slot = Int.random(in: 0..<slotCount, using: &generator)
            let list = Int.random(in: 0..<3, using: &generator)
            let home = model.firstIndex { $0.contains(slot) }
            switch Int.random(in: 0..<4, using: &generator) {
            case 0 where home == nil:
                lists.append(slot, to: list)
                model[list].append(slot)
            case 1 where home == nil:
                let place = Int.random(in: 0...model[list].count, using: &generator)
                let follower = place < model[list].count ? model[list][place] : nil
                lists.insert(slot, before: follower, in: list)
                model[list].insert(slot, at: place)
            case 1, 2:
                let removed = lists.remove(slot)
                #expect(removed == home)
                if let home { model[home].removeAll { $0 == slot } }
            default:
                let first = lists.removeFirst(of: list)
                #expect(first == model[list].first)
                if !model[list].isEmpty { model[list].removeFirst() }
            }
            for list in 0..<3 {
                #expect(members(of: list, in: lists) == model[list])
                #expect(lists.isEmpty(list) == model[list].isEmpty)
                #expect(lists.count(of: list) == model[list].count)
                #expect(lists.last(of: list) == model[list].last)
            }
            for slot in 0..<slotCount {
                #expect(lists.list(of: slot) == model.firstIndex { $0.contains(slot) })
            }
        }
    }

    @Test func aSlotOnAListTwiceTraps() async {
        await #expect(processExitsWith: .failure) {
            let lists = SlotLists(slotCount: 2, listCount: 2)
            lists.append(1, to: 0)
            lists.append(1, to: 1)
        }
    }

    private func members(of list: Int, in lists: SlotLists) -> [Int] {
        var members: [Int] = []
        var slot = lists.first(of: list)
        while let member = slot {
            members.append(member)
            slot = lists.next(after: member)
        }
        return members
    }
}
