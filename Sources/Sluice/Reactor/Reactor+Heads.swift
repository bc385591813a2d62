internal import HTTP1
internal import HTTPTypes
internal import Logging

extension Reactor where R: ~Copyable {
    /// Parses what the head buffer holds and, once the head is whole, decides everything it can decide.
    func parseHead(_ slot: Int) -> ConnectionAction {
        guard let buffer = unsafe slots[slot].headBuffer else {
            preconditionFailure("a head without its buffer")
        }
        let range = unsafe slots[slot].connection.headBytes
        let bytes = unsafe RawSpan(
            _unsafeBytes: UnsafeRawBufferPointer(rebasing: memory.headBuffer(buffer)[range]))
        switch unsafe parsers[Int(buffer)].parse(bytes) {
        case .needsMore: return unsafe slots[slot].connection.headNeedsMore()
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
        case .handler(let route): answer = callHandler(route, head, bytes)
        case .body(let plan):
            if plan.sink == .land {
                unsafe slots[slot].handlerRequest = HTTPRequest(head, in: bytes)
            }
            return unsafe slots[slot].connection.headDecided(
                request, byteCount: head.byteCount, plan: plan, now: now)
        }
        return unsafe slots[slot].connection.headDecided(
            request, byteCount: head.byteCount, answer: answer, framing: head.framing, now: now)
    }

    private func callHandler(
        _ route: Int, _ head: borrowing RequestHead, _ bytes: RawSpan
    ) -> Answer {
        guard case .handler(let handler) = context.routes.routes[route].work else {
            preconditionFailure("not a handler's route")
        }
        let request = HTTPRequest(head, in: bytes)
        return answer { try handler(request) }
    }

    /// An error that a handler throws is logged, and says nothing to the client.
    func answer(_ make: () throws -> Response) -> Answer {
        do {
            let response = try make()
            // An interim status would leave the client waiting for the answer.
            if (200..<600).contains(response.head.status.code) { return .response(response) }
            context.logger.error(
                "a handler answered with a status that is no answer",
                metadata: ["status": "\(response.head.status.code)"])
            return .refusal(Refusal(.internalServerError, "the handler failed"))
        } catch {
            context.logger.error("a handler failed", metadata: ["error": "\(error)"])
            return .refusal(Refusal(.internalServerError, "the handler failed"))
        }
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

extension HTTPRequest {
    /// The request as handlers take it; bytes that are not UTF-8 are replaced.
    init(_ head: borrowing RequestHead, in bytes: RawSpan) {
        self.init(
            method: HTTPRequest.Method(rawValue: head.method.name.description) ?? .get, scheme: "http",
            authority: head.host.map { String(bytes, $0) }, path: String(bytes, head.target))
        for index in 0..<head.fieldCount {
            let field = head.field(at: index)
            guard let name = HTTPField.Name(String(bytes, field.name)) else { continue }
            headerFields.append(HTTPField(name: name, value: String(bytes, field.value)))
        }
    }
}

extension String {
    fileprivate init(_ bytes: RawSpan, _ range: ByteRange) {
        self = unsafe bytes.extracting(range).withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
    }
}
