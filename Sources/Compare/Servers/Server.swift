/// A server that is compared: Sluice's own service in one of its two ways, or a peer.
struct Server: Sendable, Hashable {
    /// What its clients speak.
    enum Kind: String {
        case http, grpc
    }

    let name: String
    let kind: Kind
    /// The language its handlers are written in.
    let family: String
    let version: String
    /// The routes it has, without their `/`.
    let routes: Set<String>
    /// What is special about it.
    let note: String

    static let sluice = Server(
        name: "sluice", kind: .http, family: "swift", version: "",
        routes: Set(Route.allCases.map(\.rawValue)),
        note: "streams /predict; /fanout by sockets of its own")

    /// The same service where a handler takes /predict's whole body, as with most peers.
    static let landed = Server(
        name: "sluice-landed", kind: .http, family: "swift", version: "", routes: [Route.predict.rawValue],
        note: "hands the whole body to a handler, which sums vectors of doubles")

    /// Sluice's own, the one first that the others are measured by.
    static let own = [sluice, landed]

    /// The peers of `--quick`.
    static let quick: Set<String> = [
        "waitress", "gunicorn-sync", "gunicorn-gthread", "uvicorn", "go", "beast",
    ]

    var isSluice: Bool { name == Server.sluice.name }

    /// Whether it is Sluice in any way, and so no peer.
    var isOwn: Bool { Server.own.contains { $0.name == name } }

    /// Whether it reduces a body while it reads it. Any other peer hands the whole body to its handler, as its
    /// users write it.
    var isStreamingTwin: Bool { note.hasPrefix("streaming twin") }

    func has(_ route: Route) -> Bool { routes.contains(route.rawValue) }

    /// gRPC's client keeps the connections that it has, whatever is asked of it.
    func canReconnect(for workload: Workload) -> Bool { kind == .http || !workload.opensAnew }
}

/// A route that every server has, or leaves out.
enum Route: String, CaseIterable {
    case hello, wait, waitBlocking = "wait-blocking", waitCPU = "wait-cpu", fanout, cpu, predict

    var path: String { "/" + rawValue }
}
