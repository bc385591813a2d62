// The service of the article "A service in ten minutes". Listings stand between markers: the pieces of one name, joined, are
// one listing, and DocExamplesTests holds the articles to them.

// snippet: hello
import Sluice

var routes = Routes()
routes.get("/hello", on: .reactor) { _ in .text("hello\n") }
// end

// snippet: model
let models: [String: [Float]] = ["mean": [0.25, 0.25, 0.25, 0.25], "last": [0, 0, 0, 1]]

routes.post("/models/{name}/score") { request, body in
    let name = request.parameters["name"] ?? ""
    guard let weights = models[name] else {
        throw HandlerError(.notFound, "no model is called \(name)")
    }
    guard body.byteCount == 4 * weights.count else {
        throw HandlerError(.unprocessableContent, "\(name) takes \(weights.count) float32 values")
    }
    var score: Float = 0
    for (index, weight) in weights.enumerated() {
        score += weight * body.unsafeLoadUnaligned(fromByteOffset: 4 * index, as: Float.self)
    }
    return .json("{\"model\":\"\(name)\",\"score\":\(score)}\n")
}
// end

// snippet: wait
routes.get("/wait") { request in
    try await request.sleep(for: .seconds(1))
    return .text("waited\n")
}
// end

// snippet: count
routes.get("/count/{limit}") { request in
    guard let limit = request.parameters["limit"].flatMap({ Int($0) }), (1...100).contains(limit) else {
        throw HandlerError(.badRequest, "count to a number from 1 to 100")
    }
    return Response { stream in
        for number in 1...limit {
            try await stream.write("\(number)\n")
            try await request.sleep(for: .milliseconds(100))
        }
    }
}
// end

addListings(to: &routes)

// snippet: hello

let port = CommandLine.arguments.dropFirst().first.flatMap { UInt16($0) } ?? 8080
let server = try Server(routes: routes, listen: .tcp(host: "127.0.0.1", port: port))
print("listening on \(server.address)")
try await server.run()
// end
