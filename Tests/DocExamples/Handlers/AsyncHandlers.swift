import Glibc
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
    // snippet: async-descriptor
    let notes = Notes()
    routes.post("/note", on: .reactor) { _, body in
        notes.write(body)
        return .text("noted\n")
    }
    routes.get("/note") { request in
        while true {
            if let note = notes.read() { return .text("\(note)\n") }
            try await request.waitUntilReadable(notes.descriptor)
        }
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

/// Notes that wait in a socket for a reader, each for one.
struct Notes {
    /// Readable while there is a note.
    let descriptor: Int32
    private let end: Int32
    private static let longest = 4096

    init() {
        var ends: [Int32] = [-1, -1]
        // In packets: what was written at once is read at once, and nothing beside it.
        let kind = SOCK_SEQPACKET.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
        guard unsafe socketpair(AF_UNIX, Int32(kind), 0, &ends) == 0 else { fatalError("no descriptors") }
        (descriptor, end) = (ends[0], ends[1])
    }

    func write(_ note: RawSpan) {
        _ = unsafe note.withUnsafeBytes {
            unsafe Glibc.write(end, $0.baseAddress, min($0.count, Self.longest))
        }
    }

    func read() -> String? {
        var bytes = [UInt8](repeating: 0, count: Self.longest)
        let count = unsafe Glibc.read(descriptor, &bytes, bytes.count)
        return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
    }
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
