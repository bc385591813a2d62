internal import HTTP1
internal import HTTPTypes
internal import Reduction

@testable internal import Sluice

/// What a server decides about a head, in words.
enum Decision {
    /// A server: `/predict` streamed, `/landed`, a handler with a body and one without.
    static func server(
        arenaBytes: Int = 512 << 20, maxBodyBytes: Int = 64 << 20
    ) -> Admission {
        var menu = ReductionMenu(columns: 2500)
        menu.addRows { RowMeanStd(columns: $0) }
        menu.add { Sum() }
        menu.add { Minimum() }
        var routes = Routes()
        routes.post("/predict", reducing: menu)
        routes.post("/landed", reducing: menu, body: .landed)
        routes.post("/model", on: .reactor) { _, _ in .text("made") }
        routes.get("/hello", on: .reactor) { _ in .text("hello") }
        routes.allowedOrigins = ["https://ours.example"]
        var limits = Limits()
        limits.maxBodyBytes = maxBodyBytes
        return Admission(routes: routes, limits: limits, arenaBytes: arenaBytes)
    }

    /// What the server decides about a request of these lines, a Host field added.
    static func of(
        _ lines: [String], _ server: Admission = server(), isStopping: Bool = false,
        token: BearerToken? = nil
    ) -> String {
        let text = lines.joined(separator: "\r\n") + "\r\nHost: here\r\n\r\n"
        return text.withSpan { bytes in
            var parser = RequestHeadParser()
            guard case .complete = parser.parse(bytes) else { return "not a head: \(text)" }
            switch server.decide(parser.head, in: bytes, isStopping: isStopping, token: token) {
            case .answer(.refusal(let refusal)): return "\(refusal.status.code) \(refusal.reason)"
            case .answer(.mismatch(let mismatch)): return "\(mismatch.status.code) \(mismatch)"
            case .answer(.methods(let methods, let refused)):
                let names = Method.allCases.filter { methods.contains(MethodSet($0)) }.map(\.name.description)
                return "\(refused == nil ? 204 : 405) \(names.joined(separator: " "))"
            case .answer(let answer): return "\(answer.code)"
            case .handler(let route): return "handler \(route)"
            case .body(let plan):
                return "\(plan.sink) route \(plan.route) kernel \(plan.kernel) columns \(plan.columns) "
                    + "landing \(plan.landingBytes) scratch \(plan.scratchBytes)"
            }
        }
    }
}
