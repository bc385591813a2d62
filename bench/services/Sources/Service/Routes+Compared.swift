internal import HTTPTypes
internal import Reduction
internal import Sluice
internal import TextTagger

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension Routes {
    /// What `bench/peers/README.md` asks of every server, each with the kind of handler that suits it.
    ///
    /// - Parameter predict: where the body of `/predict` goes.
    static func compared(
        tagger: TextTagger, paragraph: String, slow: SlowClient, predict: BodyPlacement
    ) -> Routes {
        var routes = Routes()
        routes.get("/hello", on: .reactor) { _ in .text("hello\n") }
        routes.get("/wait") { request in
            try await request.sleep(for: .seconds(1))
            return .text("waited\n")
        }
        routes.get("/wait-blocking", on: .computePool) { _ in
            blockForASecond()
            return .text("waited\n")
        }
        routes.get("/wait-cpu") { request in
            try await request.sleep(for: .milliseconds(100))
            return try await request.compute { .json(tagger.tag(paragraph)) }
        }
        routes.get("/fanout") { request in .text("\(try await slow.call(times: 10, for: request))\n") }
        let tag: Routes.LandedHandler = { _, body in .json(tagger.tag(try text(of: body))) }
        routes.get("/cpu", tag)
        routes.post("/cpu", tag)
        switch predict {
        case .streamed:
            var menu = ReductionMenu(columns: 1)
            menu.add { TensorRows() }
            routes.post("/predict", reducing: menu)
        case .landed:
            routes.post("/predict") { _, body in try .float(deviationOfRowMeans(body)) }
        }
        return routes
    }

    private struct TextRequest: Decodable {
        var text: String
    }

    private static func text(of body: RawSpan) throws -> String {
        let json = unsafe body.withUnsafeBytes { unsafe Data($0) }
        guard let request = try? JSONDecoder().decode(TextRequest.self, from: json) else {
            throw HandlerError(.badRequest, "send {\"text\": \"…\"}")
        }
        return request.text
    }
}

extension Response {
    fileprivate static func float(_ value: Float) -> Response {
        Response(
            headerFields: [.contentType: "application/octet-stream"],
            body: (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) })
    }

    fileprivate static func json(_ tagged: TaggedText) -> Response {
        Response(headerFields: [.contentType: "application/json"], body: tagged.json())
    }
}
