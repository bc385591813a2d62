internal import HTTP1
public import HTTPTypes

/// Where a handler that does not wait for anything runs.
public enum HandlerPlace: Sendable {
    /// On the reactor's thread: nothing else of that reactor happens meanwhile. For handlers that take
    /// microseconds.
    case reactor
    /// On a thread of the compute pool (``Limits/computeThreads``), for handlers that block or compute. Who finds its
    /// line full (``Limits/computeQueue``) gets 503.
    case computePool
}

/// A handler of any kind. One without a body is given an empty one.
enum HandlerFunction: Sendable {
    case blocking(HandlerPlace, Routes.LandedHandler)
    case async(Routes.AsyncLandedHandler)
}

// The kind of body and the place of running are independent: a handler takes a body if it has a parameter for it; it runs
// on the reactor's executor if it is async, and otherwise where the route says.

extension Routes {
    /// Answers a request without a body. What it throws is the answer if it is a ``HandlerError``; anything else is
    /// logged, and answered with 500.
    public typealias Handler = @Sendable (Request) throws -> Response
    /// Answers a request with a body, as ``Handler`` does one without.
    ///
    /// - Parameter body: the whole body, contiguous, borrowed for the call.
    public typealias LandedHandler = @Sendable (Request, _ body: RawSpan) throws -> Response
    /// Runs on the executor of the request's reactor: while it waits, by ``Request/sleep(for:)`` or any other await, it
    /// holds no thread; while it computes, nothing else of that reactor happens. It is cancelled when the client resets
    /// the connection, and after ``Limits/handlerTimeout``, when the client gets 504.
    public typealias AsyncHandler = @Sendable (Request) async throws -> Response
    /// See ``AsyncHandler``.
    ///
    /// - Parameter body: the whole body, contiguous, borrowed for the call and across its awaits.
    public typealias AsyncLandedHandler = @Sendable (Request, _ body: RawSpan) async throws -> Response

    // MARK: Any method

    /// A route whose handler takes no body; one that comes is thrown away.
    public mutating func handle(
        _ method: HTTPRequest.Method, _ path: String, on place: HandlerPlace, _ handler: @escaping Handler
    ) {
        let function = HandlerFunction.blocking(place) { request, _ in try handler(request) }
        add(path, Method(method), .handler(function, takesBody: false))
    }

    /// A route whose handler takes no body and may await.
    public mutating func handle(
        _ method: HTTPRequest.Method, _ path: String, _ handler: @escaping AsyncHandler
    ) {
        let function = HandlerFunction.async { request, _ in try await handler(request) }
        add(path, Method(method), .handler(function, takesBody: false))
    }

    /// A route whose handler takes whole bodies, with any method: GET, too, takes a body if its route says so.
    public mutating func handle(
        _ method: HTTPRequest.Method, _ path: String, on place: HandlerPlace = .computePool,
        _ handler: @escaping LandedHandler
    ) {
        add(path, Method(method), .handler(.blocking(place, handler), takesBody: true))
    }

    /// A route whose handler takes whole bodies and may await.
    public mutating func handle(
        _ method: HTTPRequest.Method, _ path: String, _ handler: @escaping AsyncLandedHandler
    ) {
        add(path, Method(method), .handler(.async(handler), takesBody: true))
    }

    // MARK: GET

    /// A handler of GET without a body.
    public mutating func get(_ path: String, on place: HandlerPlace, _ handler: @escaping Handler) {
        handle(.get, path, on: place, handler)
    }

    /// An async handler of GET.
    public mutating func get(_ path: String, _ handler: @escaping AsyncHandler) {
        handle(.get, path, handler)
    }

    /// A handler of GET with a body.
    public mutating func get(
        _ path: String, on place: HandlerPlace = .computePool, _ handler: @escaping LandedHandler
    ) {
        handle(.get, path, on: place, handler)
    }

    /// An async handler of GET with a body.
    public mutating func get(_ path: String, _ handler: @escaping AsyncLandedHandler) {
        handle(.get, path, handler)
    }

    // MARK: POST

    /// A handler of whole bodies.
    public mutating func post(
        _ path: String, on place: HandlerPlace = .computePool, _ handler: @escaping LandedHandler
    ) {
        handle(.post, path, on: place, handler)
    }

    /// An async handler of whole bodies.
    public mutating func post(_ path: String, _ handler: @escaping AsyncLandedHandler) {
        handle(.post, path, handler)
    }
}

extension Method {
    fileprivate init(_ method: HTTPRequest.Method) {
        let known = Method.allCases.first { $0.name.description == method.rawValue }
        guard let known, known != .head, known != .options else {
            preconditionFailure("\(method) cannot be routed: HEAD is GET's, OPTIONS is the server's")
        }
        self = known
    }
}
