internal import HTTP1
internal import Reduction

/// Everything a head decides, decided before any of its body is read: authorisation, path, method, origin, type,
/// framing, limit, shape, memory. Pure: no state but the configuration.
struct Admission {
    let routes: Routes
    let limits: Limits
    /// The arena's size; what can never be granted is refused at once.
    let arenaBytes: Int
    private let allowedOrigins: [[UInt8]]
    private let hasComputePool: Bool

    init(routes: Routes, limits: Limits, arenaBytes: Int) {
        self.routes = routes
        self.limits = limits
        self.arenaBytes = arenaBytes
        hasComputePool = routes.usesComputePool
        allowedOrigins = routes.allowedOrigins.map { Array($0.utf8) }
    }

    enum Decision {
        /// Answer; the body, if there is one, concerns nobody.
        case answer(Answer)
        /// Read the body as planned.
        case body(BodyPlan)
        /// Call the route's handler.
        case handler(route: Int)
    }

    /// - Parameters:
    ///   - bytes: the head buffer from the head's first byte.
    ///   - token: what requests must show, where the operator wants one.
    func decide(
        _ head: RequestHead, in bytes: RawSpan, isStopping: Bool, token: BearerToken?
    ) -> Decision {
        let match = routes.match(head.method, path: head.path(in: bytes))
        // First of all: whoever shows no token learns nothing, not even which paths there are.
        if let token, !routes.isOpen(match), !isShown(token, by: head, in: bytes) {
            return refuse(.unauthorized, "send Authorization: Bearer and the token of this server")
        }
        if head.isAsteriskForm { return .answer(.methods(routes.allMethods, refused: nil)) }
        let index: Int
        switch match {
        case .unknownPath:
            return refuse(.notFound, "no such path", .came(Excerpt(head.path(in: bytes))))
        case .otherMethods(let known):
            return .answer(.methods(known, refused: head.method == .options ? nil : head.method))
        case .route(let found): index = found
        }
        if let origin = head.origin, !isAllowed(bytes.extracting(origin)) {
            return refuse(
                .forbidden, "pages of this origin may not use this server",
                .came(Excerpt(bytes.extracting(origin))))
        }
        switch routes.routes[index].work {
        case .health: return .answer(.text(.ok, "alive\n"))
        case .ready:
            return .answer(
                isStopping ? .text(.serviceUnavailable, "stopping\n") : .text(.ok, "ready\n"))
        case .metrics: return .answer(.metrics)
        case .handler(_, takesBody: false): return .handler(route: index)
        case .reduce(let menu, let placement):
            return decideReduction(head, in: bytes, route: index, menu: menu, placement: placement)
        case .handler(_, takesBody: true): return decideLanding(head, in: bytes, route: index)
        }
    }

    // MARK: Bodies

    private func decideReduction(
        _ head: RequestHead, in bytes: RawSpan, route: Int, menu: ReductionMenu, placement: BodyPlacement
    ) -> Decision {
        if let type = head.contentType {
            let type = bytes.extracting(type)
            if MediaType.essenceEquals(type, "application/json") || MediaType.isMultipart(type) {
                return refuse(
                    .unsupportedMediaType, "send the raw little-endian float32 bytes, not JSON or a form",
                    .came(Excerpt(type)))
            }
        }
        if let refusal = refusalOfBody(head, in: bytes) { return refusal }
        let query = head.query(in: bytes)
        let columns: Int
        let kernel: Int
        do throws(Answer) {
            columns = try self.columns(in: query, default: menu.columns)
            kernel = try self.kernel(in: query, of: menu)
        } catch {
            return .answer(error)
        }
        let factory = menu.factories[kernel]
        var plan: BodyPlan
        if case .length(let length) = head.framing {
            guard length % 4 == 0 else { return .answer(.mismatch(.notFloats(length: length))) }
            let needs = factory.needs(columns: columns, count: length / 4)
            guard needs.accepts else {
                return .answer(.mismatch(factory.mismatch(columns: columns, count: length / 4)))
            }
            plan = BodyPlan(
                sink: placement == .landed ? .landAndReduce : .reduce, framing: head.framing,
                bodyLimit: limits.maxBodyBytes)
            plan.columns = columns
            plan.landingBytes = placement == .landed ? length : 0
            plan.scratchBytes = needs.scratchBytes
        } else {
            plan = factory.planOfChunked(columns: columns, placement: placement, limits: limits)
            guard hasComputePool || plan.sink != .landThenReduce else {
                return refuse(
                    .lengthRequired, "send Content-Length: with these columns this kernel must know the count"
                )
            }
        }
        plan.route = route
        plan.kernel = kernel
        return granted(plan)
    }

    private func decideLanding(_ head: RequestHead, in bytes: RawSpan, route: Int) -> Decision {
        if let refusal = refusalOfBody(head, in: bytes) { return refusal }
        var plan = BodyPlan(sink: .land, framing: head.framing, bodyLimit: limits.maxBodyBytes)
        plan.route = route
        if case .length(let length) = head.framing {
            plan.landingBytes = length
        } else {
            plan.landingBytes = limits.maxBodyBytes
        }
        return granted(plan)
    }

    /// What any route with a body refuses.
    private func refusalOfBody(_ head: RequestHead, in bytes: RawSpan) -> Decision? {
        guard head.contentEncodingIsIdentity else {
            let coding = head.contentEncoding.map { Refusal.Detail.came(Excerpt(bytes.extracting($0))) }
            return refuse(
                .unsupportedMediaType, "send the body without a Content-Encoding", coding ?? .none)
        }
        switch head.framing {
        case .none:
            return refuse(
                .lengthRequired, "send Content-Length or Transfer-Encoding: chunked; this has neither")
        case .length(0): return refuse(.unprocessableContent, "the body is empty")
        case .length(let length) where length > limits.maxBodyBytes:
            return .answer(.mismatch(.bodyTooLarge(limit: limits.maxBodyBytes, length: length)))
        case .length, .chunked: return nil
        }
    }

    private func granted(_ plan: BodyPlan) -> Decision {
        let needed = plan.arenaBytes
        guard needed <= arenaBytes else {
            return .answer(.mismatch(.memoryTooSmall(budget: arenaBytes, needed: needed)))
        }
        return .body(plan)
    }

    // MARK: Query

    private func columns(in query: RawSpan, default columns: Int) throws(Answer) -> Int {
        switch QueryParameter.find("columns", in: query) {
        case .absent: return columns
        case .repeated: throw .unusable("columns is given more than once")
        case .value(let range):
            let value = query.extracting(range)
            guard let number = parseDecimal(value), number >= 1 else {
                throw .unusable(
                    "columns is a whole number of values, 1 or more", .came(Excerpt(value)))
            }
            return number
        }
    }

    private func kernel(in query: RawSpan, of menu: ReductionMenu) throws(Answer) -> Int {
        switch QueryParameter.find("kernel", in: query) {
        case .absent: return 0
        case .repeated: throw .unusable("kernel is given more than once")
        case .value(let range):
            let name = query.extracting(range)
            for index in menu.factories.indices where name.equals(menu.factories[index].nameBytes) {
                return index
            }
            throw .mismatch(
                .unknownKernel(came: Excerpt(name), offered: menu.factories.map(\.shownName)))
        }
    }

    private func isAllowed(_ origin: RawSpan) -> Bool {
        allowedOrigins.contains { origin.equals($0) }
    }

    private func isShown(_ token: BearerToken, by head: RequestHead, in bytes: RawSpan) -> Bool {
        guard let authorization = head.authorization else { return false }
        return token.isShown(by: bytes.extracting(authorization))
    }

    private func refuse(
        _ status: Status, _ reason: StaticString, _ detail: Refusal.Detail = .none
    ) -> Decision {
        .answer(.refusal(Refusal(status, reason, detail)))
    }
}

extension Answer {
    fileprivate static func unusable(
        _ reason: StaticString, _ detail: Refusal.Detail = .none
    ) -> Answer {
        .refusal(Refusal(.unprocessableContent, reason, detail))
    }
}
