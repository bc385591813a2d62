import SimulatedRing
import Uring

/// One ring, one listener, and completions by hand: the stage for tests of single operations.
struct Scene: ~Copyable {
    let kernel: SimulatedKernel
    let ring: SimulatedRing
    let listener: Socket

    init(seed: UInt64 = 1, faults: Faults = .none, enabled: Bool = true) throws {
        kernel = SimulatedKernel(seed: seed, faults: faults)
        ring = SimulatedRing(kernel)
        listener = kernel.listen()
        if enabled { try ring.enable() }
    }

    /// Completions within a stretch of virtual time.
    func take(within patience: Duration = .seconds(1)) throws -> [Completion] {
        let deadline = ring.now.advanced(by: patience)
        var taken: [Completion] = []
        while ring.now < deadline {
            try ring.submitAndWait(until: deadline)
            while let completion = ring.nextCompletion() { taken.append(completion) }
        }
        return taken
    }

    /// The next completion; a turn may end without one.
    func next() throws -> Completion {
        while true {
            try ring.submitAndWait(until: .distantFuture)
            if let completion = ring.nextCompletion() { return completion }
        }
    }

    /// A connection from a client with this script.
    func connection(_ script: [ClientStep]) throws -> (socket: Socket, client: SimulatedClient) {
        let client = kernel.connect(to: listener, script)
        _ = ring.accept(on: listener, token: 900)
        var socket: Socket?
        while socket == nil {
            try ring.submitAndWait(until: .distantFuture)
            while let completion = ring.nextCompletion() {
                if completion.token == 900 { socket = Socket(descriptor: completion.result) }
            }
        }
        _ = ring.cancel(900, token: 901)
        try ring.submitAndWait(until: ring.now)
        while ring.nextCompletion() != nil {}
        return (socket!, client)
    }

    var kinds: [Violation.Kind] { kernel.violations.map(\.kind) }
}

/// Memory for the operations of a test.
@safe
struct SceneMemory: ~Copyable {
    let bytes: UnsafeMutableRawBufferPointer

    init(_ count: Int, filledWith byte: UInt8 = 0) {
        unsafe bytes = .allocate(byteCount: count, alignment: 64)
        unsafe bytes.initializeMemory(as: UInt8.self, repeating: byte)
    }

    var readOnly: UnsafeRawBufferPointer { unsafe UnsafeRawBufferPointer(bytes) }

    func contents(_ range: Range<Int>) -> [UInt8] { unsafe Array(bytes[range]) }

    func set(_ index: Int, to byte: UInt8) { unsafe bytes[index] = byte }

    deinit { unsafe bytes.deallocate() }
}

/// `count` bytes that repeat only after 251.
func pattern(_ count: Int) -> [UInt8] { (0..<count).map { UInt8($0 % 251) } }
