import CPlatform
import Glibc
import Testing

struct AffinityTests {
    /// The CPUs the calling thread may run on.
    private func allowed() -> [CInt] {
        var cpus = [CInt](repeating: -1, count: 8192)
        let found = unsafe sluice_get_affinity(&cpus, CInt(cpus.count))
        return Array(cpus.prefix(Int(found)))
    }

    @Test func countsTheCPUsThisThreadMayRunOn() {
        let cpus = allowed()
        #expect(!cpus.isEmpty)
        #expect(cpus == cpus.sorted())
        #expect(cpus.count == Int(sluice_available_cpus()))
    }

    @Test func setAffinityConfinesTheCallingThreadUntilItIsSetAgain() {
        // No await between here and the end: the thread stays this one, and is given back as it was.
        let before = allowed()
        var last = before.last!
        #expect(unsafe sluice_set_affinity(&last, 1) == 0)
        #expect(allowed() == [last])
        #expect(sluice_available_cpus() == 1)
        #expect(unsafe sluice_set_affinity(before, CInt(before.count)) == 0)
        #expect(allowed() == before)
    }

    @Test func aMoveLeavesTheCallingThreadFreeToBeMovedAgain() {
        let before = allowed()
        for cpu in before {
            // On a busy machine Linux may have moved it on before it looks.
            let hasBeenThere = (0..<1000).contains { _ in
                unsafe sluice_move_to_cpu(cpu, before, CInt(before.count)) == 0
                    && sluice_current_cpu() == cpu
            }
            #expect(hasBeenThere, "CPU \(cpu)")
        }
        #expect(allowed() == before)
    }

    @Test func movesToNoCPUThatTheThreadMayNotRunOn() {
        let before = allowed()
        let first = [before.first!]
        for wrong: CInt in before.dropFirst() + [-1, 8191, 8192, .max, .min] {
            #expect(unsafe sluice_move_to_cpu(wrong, first, 1) == -EINVAL)
            #expect(unsafe sluice_move_to_cpu(first[0], first + [wrong], 0) == -EINVAL)
        }
        #expect(allowed() == before)
        // Allowed by the caller alone: there is no such CPU.
        #expect(unsafe sluice_move_to_cpu(8191, before + [8191], CInt(before.count + 1)) == -EINVAL)
        #expect(allowed() == before)
        #expect(unsafe sluice_move_to_cpu(first[0], first, 1) == 0)
        #expect(allowed() == first)
        #expect(unsafe sluice_set_affinity(before, CInt(before.count)) == 0)
    }

    @Test func refusesCPUsThatAreNotThere() {
        for wrong: CInt in [-1, 8191, 8192, .max] {
            #expect(unsafe sluice_set_affinity([wrong], 1) == -EINVAL)
        }
        #expect(unsafe sluice_set_affinity([], 0) == -EINVAL)
    }
}
