internal import HTTP1
public import Reduction

/// Where the body of a reducing route goes.
public enum BodyPlacement: String, Sendable, CaseIterable {
    /// Through a small window that is used again and again: the body as a whole is nowhere.
    case streamed
    /// To one contiguous place in preallocated memory, reduced piece by piece while it is hot.
    case landed
}

/// What a server answers to. Paths are compared byte for byte with what was sent; a segment in braces,
/// `/models/{name}/predict`, stands for any one segment, and a path without braces goes before one with them.
///
/// `GET /health` (alive), `GET /ready` (taking work) and `GET /metrics` (Prometheus text) are always there.
public struct Routes: Sendable {
    enum Work: Sendable {
        case health
        case ready
        case metrics
        case reduce(ReductionMenu, BodyPlacement)
        case handler(HandlerFunction, takesBody: Bool)
    }

    struct Route: Sendable {
        let path: [UInt8]
        /// Nil: the path is compared as a whole.
        let pattern: PathPattern?
        let method: Method
        let work: Work
    }

    private(set) var routes: [Route]
    /// Origins of browser pages that may send requests here, each as browsers write it in `Origin`
    /// (`https://example.com`, without a path); a request that names any other gets 403.
    /// That is all: no `Access-Control` fields are sent, and a preflight is answered without them. What a browser needs to let a page
    /// of another origin read answers, or post other than plain forms, is for a proxy to add.
    public var allowedOrigins: [String] = []

    /// The routes that are always there, and no other.
    public init() {
        routes = [
            Route(path: Array("/health".utf8), pattern: nil, method: .get, work: .health),
            Route(path: Array("/ready".utf8), pattern: nil, method: .get, work: .ready),
            Route(path: Array("/metrics".utf8), pattern: nil, method: .get, work: .metrics),
        ]
    }

    /// A route that reduces raw little-endian float32 bodies and answers the 4 bytes of the result.
    public mutating func post(
        _ path: String, reducing menu: ReductionMenu, body placement: BodyPlacement = .streamed
    ) {
        precondition(!menu.factories.isEmpty, "a menu without a kernel")
        add(path, .post, .reduce(menu, placement))
    }

    /// A route with one kernel, as it is.
    public mutating func post<K: ReductionKernel>(
        _ path: String, reducing kernel: K, body placement: BodyPlacement = .streamed
    ) {
        post(path, reducing: .only(kernel), body: placement)
    }

    /// A route with this one kernel, its columns where the request does not say `?columns=`.
    ///
    /// Of its own, because the general one knows nothing of rows: what a refusal and JSON say of them would be
    /// wrong.
    public mutating func post(
        _ path: String, reducing kernel: RowMeanStd, body placement: BodyPlacement = .streamed
    ) {
        var menu = ReductionMenu(columns: kernel.columns)
        menu.addRows { RowMeanStd(columns: $0) }
        post(path, reducing: menu, body: placement)
    }

    mutating func add(_ path: String, _ method: Method, _ work: Work) {
        precondition(path.hasPrefix("/"), "a path begins with /")
        let bytes = Array(path.utf8)
        precondition(
            !routes.contains { $0.path == bytes && $0.method == method }, "\(path) is routed twice")
        let pattern = PathPattern(path)
        precondition(
            pattern == nil
                || !routes.contains { $0.method == method && $0.pattern?.isSameForm(as: pattern) == true },
            "\(path) is routed twice")
        routes.append(Route(path: bytes, pattern: pattern, method: method, work: work))
    }
}

extension Routes {
    /// What a path and a method come to.
    enum Match {
        case route(Int)
        case otherMethods(MethodSet)
        case unknownPath
    }

    func match(_ method: Method, path: RawSpan) -> Match {
        // HEAD is GET without the content.
        let wanted = method == .head ? .get : method
        var known = MethodSet()
        for index in routes.indices where routes[index].pattern == nil && path.equals(routes[index].path) {
            if routes[index].method == wanted { return .route(index) }
            known.insert(MethodSet(routes[index].method))
        }
        for index in routes.indices where routes[index].pattern?.matches(path) == true {
            if routes[index].method == wanted { return .route(index) }
            known.insert(MethodSet(routes[index].method))
        }
        guard !known.isEmpty else { return .unknownPath }
        return .otherMethods(Self.completed(known))
    }

    /// Whether it is served without a token: what asks a server whether it lives has no secrets, and gets none.
    func isOpen(_ match: Match) -> Bool {
        guard case .route(let index) = match else { return false }
        return switch routes[index].work {
        case .health, .ready: true
        case .metrics, .reduce, .handler: false
        }
    }

    /// `OPTIONS *`: everything that is known anywhere.
    var allMethods: MethodSet {
        var all = MethodSet()
        for route in routes { all.insert(MethodSet(route.method)) }
        return Self.completed(all)
    }

    private static func completed(_ methods: MethodSet) -> MethodSet {
        var all = methods.union(MethodSet(.options))
        if all.contains(MethodSet(.get)) { all.insert(MethodSet(.head)) }
        return all
    }

    /// Whether any body is landed, so that the arena is worth touching at start-up.
    var landsBodies: Bool {
        routes.contains {
            switch $0.work {
            case .reduce(_, let placement): placement == .landed
            case .handler(_, let takesBody): takesBody
            case .health, .ready, .metrics: false
            }
        }
    }

    /// Whether anything may run on the compute pool: every handler, or the writer of its answer, may ask for it.
    var usesComputePool: Bool {
        routes.contains {
            switch $0.work {
            case .handler: true
            // A chunked body of a kernel that needs the count.
            case .reduce(let menu, _):
                // A kernel may need it for some lengths of a row and not for others: of these, two are asked. Without threads
                // its chunked bodies get 411 for the rest.
                menu.factories.contains { factory in
                    [1, menu.columns].contains { factory.needs(columns: $0, count: $0).needsCount }
                }
            case .health, .ready, .metrics: false
            }
        }
    }
}

extension RawSpan {
    func equals(_ bytes: [UInt8]) -> Bool {
        guard byteCount == bytes.count else { return false }
        for offset in 0..<byteCount where byte(at: offset) != bytes[offset] { return false }
        return true
    }

    func byte(at offset: Int) -> UInt8 { unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self) }
}
