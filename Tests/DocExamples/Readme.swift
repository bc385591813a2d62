// snippet: readme
import Reduction
import Sluice

// end

func serveModels() async throws {
    let models = Models()
    // snippet: readme
    var routes = Routes()
    routes.post("/predict", reducing: RowMeanStd(columns: 2500))
    // The whole body, contiguous, on the compute pool.
    routes.post("/models/{name}") { request, body in
        try models.answer(request.parameters["name"], body)
    }
    // Async, on its reactor: waiting costs no thread.
    routes.get("/wait") { request in
        try await request.sleep(for: .seconds(1))
        return .text("waited\n")
    }
    let server = try Server(routes: routes, listen: .tcp(host: "127.0.0.1", port: 8080))
    try await server.run()
    // end
}

private struct Models {
    func answer(_ name: String?, _ body: RawSpan) throws -> Response {
        guard let name else { throw HandlerError(.notFound, "a model has a name") }
        return .text("\(name): \(body.byteCount) bytes\n")
    }
}
