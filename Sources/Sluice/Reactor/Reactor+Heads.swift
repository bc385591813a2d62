internal import HTTP1
internal import HTTPTypes

extension Reactor where R: ~Copyable {
    /// Parses what the head buffer holds and, once the head is whole, decides everything it can decide.
    func parseHead(_ slot: Int) -> ConnectionAction {
        guard let buffer = unsafe slots[slot].headBuffer else {
            preconditionFailure("a head without its buffer")
        }
        if unsafe slots[slot].connection.requestsAnswered > 0 { boundReceiveBuffer(slot) }
        let range = unsafe slots[slot].connection.headBytes
        let bytes = unsafe RawSpan(
            _unsafeBytes: UnsafeRawBufferPointer(rebasing: memory.headBuffer(buffer)[range]))
        switch unsafe parsers[Int(buffer)].parse(bytes) {
        case .needsMore:
            // If no more comes in time it is refused, as far as is known in the way that it asked for.
            let request = unsafe Connection.RequestSummary(parsers[Int(buffer)].head, in: bytes)
            return unsafe slots[slot].connection.headNeedsMore(of: request)
        case .refused(let refusal):
            metrics.requests.add(1)
            let request = unsafe Connection.RequestSummary(parsers[Int(buffer)].head, in: bytes)
            return unsafe slots[slot].connection.headRefused(refusal, of: request, now: now)
        case .complete:
            metrics.requests.add(1)
            return unsafe decide(slot, parsers[Int(buffer)].head, bytes)
        }
    }

    private func decide(_ slot: Int, _ head: borrowing RequestHead, _ bytes: RawSpan) -> ConnectionAction {
        let request = Connection.RequestSummary(head, in: bytes)
        let answer: Answer
        switch context.admission.decide(head, in: bytes, isStopping: !isReady, token: token) {
        case .answer(let decided):
            answer = decided
            if decided.code == Status.unauthorized.code { metrics.authorizationRefusals.add(1) }
        case .handler(let route):
            makeRequest(slot, route, head, bytes)
            return unsafe slots[slot].connection.headDecided(
                request, byteCount: head.byteCount, handlerOf: route, framing: head.framing, now: now)
        case .body(let plan):
            if plan.sink == .land { makeRequest(slot, plan.route, head, bytes) }
            return unsafe slots[slot].connection.headDecided(
                request, byteCount: head.byteCount, plan: plan, now: now)
        }
        return unsafe slots[slot].connection.headDecided(
            request, byteCount: head.byteCount, answer: answer, framing: head.framing, now: now)
    }

    /// While the head is there.
    private func makeRequest(_ slot: Int, _ route: Int, _ head: borrowing RequestHead, _ bytes: RawSpan) {
        let route = context.routes.routes[route]
        guard case .handler(let function, _) = route.work else {
            preconditionFailure("not a handler's route")
        }
        // Of a handler on the reactor too, for the writer of its answer may wait.
        let call =
            switch function {
            case .blocking: newCall(slot, isTask: false)
            case .async: newCall(slot, isTask: true)
            }
        let made = HTTPRequest(head, in: bytes)
        let parameters = route.pattern.map { $0.parameters(of: (made.path ?? "").prefix { $0 != "?" }) }
        unsafe slots[slot].handlerRequest = Request(
            head: made, parameters: parameters ?? PathParameters(), call: call)
    }
}

extension Connection.RequestSummary {
    /// What a head says so far; where it was refused, of what was read before.
    init(_ head: borrowing RequestHead, in bytes: RawSpan) {
        keepsAlive = head.keepsAlive
        isHTTP10 = head.version == .http10
        isHead = head.method == .head
        expectsContinue = head.expectsContinue
        wantsJSON = head.accept.map { MediaType.acceptsJSON(bytes.extracting($0)) } ?? false
    }
}
