import SimulatedRing

@testable import Sluice

/// What one client of a storm does, and what may come of it.
struct PlannedClient {
    /// Sent whole, in order, unless the connection ends before.
    var requests: [PlannedRequest] = []
    /// Begun after those and never finished, or no request at all.
    var tail: Tail?
    var steps: [ClientStep] = []
    var delay = Duration.zero
    /// Promised and never sent.
    var bytesWithheld = 0
    /// Waits for all of its answers and takes them at once.
    var isHealthy = true
    /// Seconds may pass between its bytes.
    var isSlow = false

    enum Tail {
        /// A request that was cut off; refused by its head with this status, if by anything.
        case cut(status: Int)
        case garbage
    }

    init(isGentle: Bool, limits: Limits, _ generator: inout SeededGenerator) {
        delay = generator.duration(in: .zero ... .milliseconds(300))
        switch generator.number(in: 0...11) {
        case 0...3: takeTurns(limits, &generator)
        case 4...5: pipeline(limits, &generator)
        case 6: expect(limits, &generator)
        case 7...8: cutOff(limits, &generator)
        case 9: trickle(limits, &generator)
        case 10: talkNonsense(&generator)
        default: readSlowly(limits, &generator)
        }
        if generator.chance(0.3), case .awaitEnd? = steps.last {
        } else if generator.chance(0.3) {
            steps.append(.pause(generator.duration(in: .zero ... .milliseconds(1500))))
        }
    }

    // MARK: Kinds

    private mutating func takeTurns(_ limits: Limits, _ generator: inout SeededGenerator) {
        for _ in 0..<generator.number(in: 1...4) {
            let request = Self.request(limits, &generator)
            requests.append(request)
            steps.append(Self.sending(request.bytes, &generator))
            steps.append(.awaitResponse)
            if generator.chance(0.3) {
                steps.append(.pause(generator.duration(in: .zero ... .milliseconds(40))))
            }
        }
    }

    private mutating func pipeline(_ limits: Limits, _ generator: inout SeededGenerator) {
        for _ in 0..<generator.number(in: 2...6) { requests.append(Self.request(limits, &generator)) }
        steps.append(Self.sending(requests.flatMap(\.bytes), &generator))
        if generator.chance(0.3) { steps.append(.halfClose) }
        steps += requests.map { _ in .awaitResponse }
    }

    private mutating func expect(_ limits: Limits, _ generator: inout SeededGenerator) {
        for _ in 0..<generator.number(in: 1...2) {
            let request = Self.reduction(limits, &generator, expectsContinue: true)
            requests.append(request)
            steps += [
                Self.sending(request.head, &generator), .awaitContinue,
                Self.sending(request.body, &generator),
                .awaitResponse,
            ]
        }
    }

    private mutating func cutOff(_ limits: Limits, _ generator: inout SeededGenerator) {
        isHealthy = false
        if generator.chance(0.4) {
            let request = Self.request(limits, &generator)
            requests.append(request)
            steps += [Self.sending(request.bytes, &generator), .awaitResponse]
        }
        let request =
            generator.chance(0.8) ? Self.reduction(limits, &generator) : Self.request(limits, &generator)
        let whole = request.bytes
        let sent = generator.number(in: 0...whole.count - 1)
        tail = .cut(status: request.status)
        if sent > 0 { steps.append(Self.sending(Array(whole.prefix(sent)), &generator)) }
        switch generator.number(in: 0...4) {
        case 0: steps.append(.close)
        case 1: steps.append(.reset)
        case 2: steps += [.halfClose, .awaitEnd]
        case 3:
            bytesWithheld = whole.count - sent
            steps += [.pause(generator.duration(in: .zero ... .seconds(3))), .reset]
        default:
            bytesWithheld = whole.count - sent
            steps.append(.awaitEnd)
        }
    }

    private mutating func trickle(_ limits: Limits, _ generator: inout SeededGenerator) {
        isSlow = true
        let request = Self.reduction(limits, &generator, most: 600)
        requests.append(request)
        steps += [
            .sendPieces(request.bytes, sizes: 1...60, gaps: .zero ... .milliseconds(60)), .awaitResponse,
        ]
    }

    private mutating func talkNonsense(_ generator: inout SeededGenerator) {
        isHealthy = false
        tail = .garbage
        var bytes: [UInt8] = []
        if generator.chance(0.5) {
            requests.append(.get("/hello", answer: "hello\n"))
            bytes += requests[0].bytes
        }
        switch generator.number(in: 0...3) {
        case 0: bytes += Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
        case 1:
            bytes += (0..<generator.number(in: 1...400)).map { _ in
                UInt8(truncatingIfNeeded: generator.next())
            }
        case 2: bytes += Array("GET / HTTP/1.1\r\nHost: a\r\n b: c\r\n\r\n".utf8)
        default:
            bytes += Array("GET /hello HTTP/1.1\r\nHost: test\r\nX: ".utf8)
            bytes += [UInt8](repeating: 0x61, count: 17_000)
        }
        steps += [Self.sending(bytes, &generator), .awaitEnd]
    }

    private mutating func readSlowly(_ limits: Limits, _ generator: inout SeededGenerator) {
        isHealthy = false
        isSlow = true
        steps.append(
            generator.chance(0.5)
                ? .read(.stopped)
                : .read(.slow(bytes: generator.number(in: 1...40), every: .milliseconds(20))))
        for _ in 0..<generator.number(in: 1...3) { requests.append(Self.request(limits, &generator)) }
        // A long answer that is taken so slowly is cut off, on any day.
        for index in requests.indices where requests[index].answer?.count ?? 0 > 10_000 {
            requests[index] = .get("/hello", answer: "hello\n")
        }
        steps.append(Self.sending(requests.flatMap(\.bytes), &generator))
        steps.append(.pause(generator.duration(in: .zero ... .seconds(2))))
        if generator.chance(0.5) { steps += [.read(.free)] + requests.map { _ in .awaitResponse } }
    }

    // MARK: Requests

    private static func sending(_ bytes: [UInt8], _ generator: inout SeededGenerator) -> ClientStep {
        switch generator.number(in: 0...3) {
        case 0...1: return .send(bytes)
        case 2:
            let most = generator.number(in: 1...20_000)
            // Not so many pieces that nothing else happens.
            return .sendPieces(
                bytes, sizes: max(1, bytes.count / 400)...max(most, bytes.count / 200),
                gaps: .zero ... .microseconds(300))
        default:
            return .sendPieces(
                bytes, sizes: max(1, bytes.count / 60)...max(2, bytes.count / 20),
                gaps: .zero ... .milliseconds(2))
        }
    }

    static func request(_ limits: Limits, _ generator: inout SeededGenerator) -> PlannedRequest {
        switch generator.number(in: 0...25) {
        case 0...9: return reduction(limits, &generator)
        case 20...25: return forHandler(limits, &generator)
        case 10...11: return landedForHandler(limits, &generator)
        case 12: return .get("/hello", answer: "hello\n")
        case 13: return .get("/health", answer: "alive\n")
        case 14: return .get("/metrics")
        case 15: return .get("/nowhere", status: 404)
        case 16: return .get("/predict", status: 405)
        default: return refused(limits, &generator)
        }
    }

    static func reduction(
        _ limits: Limits, _ generator: inout SeededGenerator, most: Int = 30_000,
        expectsContinue: Bool = false
    ) -> PlannedRequest {
        let columns = generator.chance(0.3) ? 1 : generator.number(in: 1...260)
        let largest = max(1, min(most, limits.maxBodyBytes / 4) / columns)
        let rows =
            generator.chance(0.5)
            ? generator.number(in: 1...min(20, largest)) : generator.number(in: 1...largest)
        return .reduction(
            generator.chance(0.5) ? "/predict" : "/landed",
            KernelName.allCases[
                generator.number(in: 0...KernelName.allCases.count) % KernelName.allCases.count],
            rows: rows, columns: columns, framing: framing(&generator), expectsContinue: expectsContinue,
            from: &generator)
    }

    private static func framing(_ generator: inout SeededGenerator) -> PlannedRequest.Framing {
        if generator.chance(0.5) { return .length }
        let sizes = (0..<generator.number(in: 1...3)).map { _ in
            generator.chance(0.3) ? generator.number(in: 1...40) : generator.number(in: 1...40_000)
        }
        return .chunked(sizes.contains { $0 > 200 } ? sizes : sizes + [5000])
    }

    private static func landedForHandler(_ limits: Limits, _ generator: inout SeededGenerator)
        -> PlannedRequest
    {
        let content = (0..<generator.number(in: 1...min(60_000, limits.maxBodyBytes))).map { index in
            UInt8(truncatingIfNeeded: index &* 31 ^ index >> 8)
        }
        var request = PlannedRequest.post(
            "/digest", content, framing: framing(&generator), answer: Stage.digest(content))
        request.observedLength = content.count
        return request
    }

    /// For a handler that answers later, or writes while it is sent.
    private static func forHandler(_ limits: Limits, _ generator: inout SeededGenerator) -> PlannedRequest {
        switch generator.number(in: 0...7) {
        case 7:
            let milliseconds = generator.number(in: 0...60)
            let path = generator.chance(0.5) ? "readable" : "writable"
            return .get("/\(path)/\(milliseconds)", answer: "ready after \(milliseconds)\n")
        case 0, 1:
            let milliseconds = generator.number(in: 0...60)
            return .get("/wait/\(milliseconds)", answer: "waited \(milliseconds)\n")
        case 2: return .get("/deaf/\(generator.number(in: 0...60))", answer: "too late\n")
        case 3:
            return generator.chance(0.5)
                ? .get("/pool", answer: "computed\n") : .get("/ask-pool", answer: "computed after a wait\n")
        case 4: return .get("/refuse/418", status: 418, answer: "as \"asked\"\n")
        case 5:
            var request = PlannedRequest.get("/streamed")
            request.answer = Stage.parts.flatMap { $0 }
            return request
        default:
            let content = (0..<generator.number(in: 1...min(60_000, limits.maxBodyBytes))).map { index in
                UInt8(truncatingIfNeeded: index &* 31 ^ index >> 8)
            }
            let isOnPool = generator.chance(0.5)
            var request = PlannedRequest.post(
                isOnPool ? "/pool/digest" : "/slow/digest", content, framing: framing(&generator),
                answer: Stage.digest(content))
            if isOnPool { request.observedLength = content.count }
            return request
        }
    }

    private static func refused(_ limits: Limits, _ generator: inout SeededGenerator) -> PlannedRequest {
        let small = [UInt8](repeating: 7, count: 4 * generator.number(in: 1...900))
        switch generator.number(in: 0...6) {
        case 0: return .post("/predict", small, fields: "Content-Type: application/json\r\n", status: 415)
        case 1: return .post("/landed?columns=1", small + [1], status: 422)
        case 2:
            return .post(
                "/predict?columns=1&kernel=probe", small + [1], framing: .chunked([700]), status: 422)
        case 3:
            return .post("/predict?columns=1&kernel=sum", small, framing: .chunked([limits.maxBodyBytes + 1]))
                .promising(limits.maxBodyBytes + 1)
        case 4:
            var request = PlannedRequest.post("/landed", small, framing: .chunked([500]), status: 400)
            request.body[0] = UInt8(ascii: "x")
            return request
        case 5: return .post("/predict?kernel=none", small, status: 422)
        default: return .post("/elsewhere", small, framing: .chunked([300]), status: 404)
        }
    }
}

extension PlannedRequest {
    /// The same with a chunk that is larger than anything allowed, and does not come.
    fileprivate func promising(_ size: Int) -> PlannedRequest {
        var request = self
        request.body = Array("\(String(size, radix: 16))\r\n".utf8) + body.prefix(100)
        request.status = 413
        request.answer = nil
        return request
    }
}
