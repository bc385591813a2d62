internal import Glibc
internal import Logging
internal import Testing
internal import Uring

@testable internal import Sluice

/// Reactors on rings whose completions are written down, and clients that ask them something.
struct ScriptedServers {
    let group: ReactorGroup<ScriptedRing>
    let scripts: [ScriptedRing.Script]

    static let listener = Socket(descriptor: 3)

    static func accepted(_ result: Int32, more: Bool = true) -> Completion {
        Completion(
            token: Token(.accept).rawValue, result: result,
            flags: Completion.flags(buffer: nil, more: more))
    }

    static let acceptEnded = accepted(-ECANCELED, more: false)
    static let acceptCancelled = Completion(token: Token(.cancelAccept).rawValue, result: 0)
    static let woken = Completion(token: Token(.wake).rawValue, result: 0)

    init(reactors: Int = 1, routes: Routes = Routes(), _ change: (inout Limits) -> Void = { _ in }) throws {
        var limits = Limits()
        limits.maxConnections = 8
        limits.headBuffers = reactors
        limits.windowBytes = 4096
        limits.memoryBytes = 2 << 20
        change(&limits)
        var quiet = Logger(label: "test")
        quiet.logLevel = .critical
        let scripts = (0..<reactors).map { _ in ScriptedRing.Script() }
        group = try ReactorGroup(
            count: reactors, cpus: reactors, limits: limits, routes: routes, listener: Self.listener,
            surrenderListener: {}, isUnix: true, setsUpAccepted: true, logger: quiet,
            computeQueue: ComputePool(threads: 0, limit: 1)
        ) { index in ScriptedRing(script: scripts[index]) }
        self.scripts = scripts
    }

    func turn(_ reactor: Int, _ completions: Completion...) throws {
        scripts[reactor].completions = completions
        try group.reactors[reactor].turn()
    }

    /// What the last operation of that name has come to.
    func completion(of name: String, _ reactor: Int, _ result: Int32) throws -> Completion {
        Completion(token: try #require(scripts[reactor].token(of: name)), result: result)
    }

    func connect(_ reactor: Int, as descriptor: Int32) throws {
        try turn(reactor, Self.accepted(descriptor))
    }

    /// A client connects to a reactor, and all that it sends is there at once.
    func ask(_ reactor: Int, as descriptor: Int32, _ request: String) throws {
        try connect(reactor, as: descriptor)
        let bytes = Array(request.utf8)
        unsafe group.reactors[reactor].memory.headBuffer(0).copyBytes(from: bytes)
        let token = try #require(scripts[reactor].token(of: "receive"))
        try turn(
            reactor,
            Completion(token: token, result: Int32(bytes.count), flags: Completion.flags(buffer: 0)))
    }
}
