import Testing

@testable import Compare

struct ScheduleTests {
    private let workloads = Array(Workload.all(extent: .quick, limit: .seconds(5)).prefix(3))
    private let servers = [.sluice] + Server.peers

    private func schedule(rounds: Int) -> Schedule {
        Schedule(plan: workloads.map { ($0, servers) }, rounds: rounds)
    }

    @Test func runsEveryServerUnderEveryWorkloadInEachRound() {
        let cells = schedule(rounds: 2).cells
        #expect(cells.count == 2 * workloads.count * servers.count)
        for round in 0..<2 {
            for workload in workloads {
                let ran = cells.filter { $0.round == round && $0.workload == workload }.map(\.server)
                #expect(Set(ran) == Set(servers) && ran.count == servers.count)
            }
        }
    }

    @Test func drawsTheServersOrderEachTime() {
        let cells = schedule(rounds: 3).cells
        let orders = stride(from: 0, to: cells.count, by: servers.count).map {
            cells[$0..<$0 + servers.count].map(\.server.name)
        }
        #expect(Set(orders).count == orders.count)
        #expect(Set(orders.map { $0[0] }).count > 2)
        #expect(cells == schedule(rounds: 3).cells)
    }

    @Test func tellsTheTimeLeftByWhatWasTakenSoFar() {
        let schedule = schedule(rounds: 1)
        let whole = schedule.cells.reduce(0) { $0 + $1.workload.expectedSeconds }
        let first = schedule.cells[0].workload.expectedSeconds
        #expect(abs(schedule.secondsLeft(after: 0, elapsed: 2 * first) - 2 * (whole - first)) < 1e-6)
        #expect(schedule.secondsLeft(after: schedule.cells.count - 1, elapsed: 100) == 0)
    }

    @Test func saysHowMuchOfItThereIs() {
        let schedule = schedule(rounds: 3)
        let count = schedule.cells.count
        #expect(
            [0, count / 3 - 1, count - 2, count - 1].map(schedule.unfinished) == [
                "UNFINISHED: 1 of \(count) cells, 0 of 3 rounds whole",
                "UNFINISHED: \(count / 3) of \(count) cells, 1 of 3 rounds whole",
                "UNFINISHED: \(count - 1) of \(count) cells, 2 of 3 rounds whole", nil,
            ])
    }
}
