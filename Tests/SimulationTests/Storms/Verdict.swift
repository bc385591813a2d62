import SimulatedRing

/// Whether what a client of a storm has received is what it may have received.
struct Verdict {
    let plan: StormPlan
    let planned: PlannedClient
    let client: SimulatedClient
    let wasStopped: Bool
    private(set) var problems: [String] = []
    private(set) var answered = 0

    init(_ plan: StormPlan, _ planned: PlannedClient, _ client: SimulatedClient, wasStopped: Bool) {
        self.plan = plan
        self.planned = planned
        self.client = client
        self.wasStopped = wasStopped
    }

    mutating func judge() {
        let received = ReceivedResponses(client.received)
        if let problem = received.problem { problems.append(problem) }
        for (index, response) in received.finals.enumerated() {
            judge(response, index)
            if response.closes, index != received.finals.count - 1 {
                problems.append("an answer after the one that closes")
            }
        }
        judge(interims: received)
        answered = received.finals.count
        if plan.isGentle, planned.isHealthy { judgeCompleteness(received) }
    }

    /// Overload and slowness may come in the place of any answer; both end the connection.
    private static let overload: Set<Int> = [408, 503, 504]

    private mutating func judge(_ response: ReceivedResponses.Response, _ index: Int) {
        if Self.overload.contains(response.status) {
            if !response.closes { problems.append("\(response.status) that keeps the connection") }
            if plan.isGentle, response.status == 504 { problems.append("504 on a day with time enough") }
            if plan.isGentle, response.status == 408, planned.isHealthy, !planned.isSlow {
                problems.append("408 to a client that was quick")
            }
            return
        }
        guard index < planned.requests.count else { return judgeTail(response, index) }
        let request = planned.requests[index]
        if response.status != request.status {
            problems.append("answer \(index) is \(response.status), not \(request.status): \(response.text)")
        } else if let answer = request.answer, response.body != answer {
            problems.append("answer \(index) is \(response.body), not \(answer)")
        }
    }

    private mutating func judgeTail(_ response: ReceivedResponses.Response, _ index: Int) {
        guard index == planned.requests.count, let tail = planned.tail else {
            return problems.append("answer \(index) to nothing: \(response.status)")
        }
        switch tail {
        // A body cut short gets no answer, or is told so.
        case .cut(let status) where status == 200:
            if response.status != 400 { problems.append("\(response.status) to a request that was cut off") }
        case .cut(let status):
            if response.status != status, response.status != 400 {
                problems.append("\(response.status), not \(status), to a request that was cut off")
            }
        case .garbage:
            if ![400, 431, 501, 505].contains(response.status) {
                problems.append("\(response.status) to garbage")
            }
        }
    }

    private mutating func judge(interims received: ReceivedResponses) {
        for index in received.interims {
            if received.interims.count(where: { $0 == index }) > 1 { problems.append("100 twice") }
            let expecting = index < planned.requests.count && planned.requests[index].expectsContinue
            if !expecting { problems.append("100 to a request that did not ask for it") }
        }
    }

    /// Where nothing breaks, every request is answered, or the answer before it has closed the connection.
    private mutating func judgeCompleteness(_ received: ReceivedResponses) {
        if client.wasBroken { return problems.append("broken on a day without such faults") }
        if received.finals.count == planned.requests.count || received.finals.last?.closes == true { return }
        // Stopped: what it had not sent when the server said goodbye is not lost; the watch sees what was.
        if wasStopped { return }
        problems.append(
            "\(received.finals.count) answers to \(planned.requests.count) requests; \(client.whereabouts)")
    }
}
