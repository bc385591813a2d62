import Sluice

func addAsyncHandlers(to routes: inout Routes) {
    let thermometer = Thermometer()
    // snippet: async
    routes.get("/later") { request in
        try await request.sleep(for: .milliseconds(200))
        return .text("now\n")
    }
    // end
    // snippet: async-await
    routes.get("/temperature") { _ in
        let degrees = await thermometer.degrees
        return .text("\(degrees)\n")
    }
    // end
    // snippet: async-group
    routes.get("/both") { request in
        async let inside = thermometer.degrees
        async let pause: Void = request.sleep(for: .milliseconds(100))
        let degrees = await inside
        try await pause
        return .text("\(degrees)\n")
    }
    // end
    // snippet: async-body
    routes.post("/checksum") { request, body in
        let before = checksum(of: body)
        try await request.sleep(for: .milliseconds(50))
        return .text("\(before == checksum(of: body))\n")
    }
    // end
    // snippet: async-compute
    routes.get("/digest/{rounds}") { request in
        guard let rounds = request.parameters["rounds"].flatMap({ Int($0) }), rounds <= 1_000_000 else {
            throw HandlerError(.badRequest, "up to 1000000 rounds")
        }
        let seed = await thermometer.degrees
        let digest = try await request.compute { mixed(seed, rounds: rounds) }
        return .text("\(digest)\n")
    }
    // end
    // snippet: async-cancelled
    routes.get("/poll") { request in
        while await thermometer.degrees < 30 {
            do { try await request.sleep(for: .milliseconds(100)) } catch {
                await thermometer.forget()
                throw error
            }
        }
        return .text("warm\n")
    }
    // end
}

/// Some other part of the service, with an executor of its own.
actor Thermometer {
    private(set) var degrees = 21
    private(set) var forgotten = 0

    func forget() { forgotten += 1 }
}

private func mixed(_ seed: Int, rounds: Int) -> UInt32 {
    var state = UInt32(truncatingIfNeeded: seed)
    for _ in 0..<max(0, rounds) { state = 1_664_525 &* state &+ 1_013_904_223 }
    return state
}

func checksum(of bytes: RawSpan) -> UInt64 {
    var sum: UInt64 = 0
    for offset in 0..<bytes.byteCount {
        sum = 31 &* sum &+ UInt64(bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self))
    }
    return sum
}
