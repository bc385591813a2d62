internal import Glibc
internal import HTTPTypes
internal import Sluice

extension Routes {
    static var ofEveryKind: Routes {
        var routes = Routes()
        let gate = Gate()
        routes.get("/hello", on: .reactor) { _ in .text("hello\n") }
        routes.get("/wait/{ms}") { request in
            try await request.sleep(for: .milliseconds(request.number("ms")))
            return .text("waited\n")
        }
        // Heed no error until somebody opens the gate, or for a minute: what their client or their time have to say reaches nobody.
        routes.get("/deaf") { request in
            let end = ContinuousClock.now + .seconds(60)
            while !gate.isOpen, ContinuousClock.now < end { try? await request.sleep(for: .milliseconds(10)) }
            return .text("deaf\n")
        }
        routes.get("/deaf/stream") { _ in
            let end = ContinuousClock.now + .seconds(60)
            return Response { stream in
                while !gate.isOpen, ContinuousClock.now < end {
                    try? await stream.write("tick\n")
                    try? await stream.write("")
                }
            }
        }
        // A thread of the pool is held until somebody opens the gate.
        routes.get("/hold", on: .computePool) { _ in
            .text(gate.pass())
        }
        routes.get("/hold/later") { request in
            .text(try await request.compute { gate.pass() })
        }
        routes.get("/held", on: .reactor) { _ in .text("\(gate.heldCount)\n") }
        routes.handle(.post, "/open", on: .reactor) { _ in
            gate.open()
            return .text("open\n")
        }
        routes.get("/refuse/{code}", on: .reactor) { request in
            throw HandlerError(.init(code: try request.number("code")), "as \"asked\"")
        }
        routes.get("/fail") { _ in throw Failure(secret: "swordfish") }
        routes.get("/echo/{name}", on: .reactor) { request in
            .text("\(request.parameters["name"] ?? "-") \(request.query["q"] ?? "-")\n")
        }
        addBodies(to: &routes)
        addResponses(to: &routes)
        return routes
    }

    private static func addBodies(to routes: inout Routes) {
        routes.post("/sum") { _, body in .text("\(sum(of: body))\n") }
        routes.get("/sum") { _, body in .text("\(sum(of: body))\n") }
        routes.post("/sum/later") { request, body in
            let before = sum(of: body)
            try await request.sleep(for: .milliseconds(20))
            guard sum(of: body) == before else { throw HandlerError(.badGateway, "the body has changed") }
            return .text("\(before)\n")
        }
    }

    private static func addResponses(to routes: inout Routes) {
        // Made once and touched: what it grows by when it is sent would be a copy.
        let block = (0..<1 << 16).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 8) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(64 << 20)
        for _ in 0..<1024 { bytes += block }
        let large = bytes
        routes.get("/large", on: .reactor) { _ in Response(body: large) }
        routes.get("/stream/{parts}") { request in
            let parts = try request.number("parts")
            return Response(headerFields: [.contentType: "text/plain"]) { stream in
                for part in 0..<parts {
                    try await stream.write("\(part) \(String(repeating: "-", count: part % 5000))\n")
                }
            }
        }
        routes.get("/cut") { _ in
            Response { stream in
                try await stream.write("the beginning")
                throw Failure(secret: "swordfish")
            }
        }
    }
}

/// Not meant for clients.
struct Failure: Error { let secret: String }

extension Request {
    func number(_ name: String) throws -> Int {
        guard let number = parameters[name].flatMap({ Int($0) }), number >= 0 else {
            throw HandlerError(.badRequest, "\(name) is a number")
        }
        return number
    }
}

private func sum(of body: RawSpan) -> UInt64 {
    var sum: UInt64 = 0
    for offset in 0..<body.byteCount {
        sum &+= UInt64(unsafe body.unsafeLoad(fromByteOffset: offset, as: UInt8.self))
    }
    return sum
}
