internal import HTTP1
internal import Reduction
internal import Testing

@testable internal import Sluice

struct RoutesTests {
    private func match(_ method: Method, _ path: String, in routes: Routes) -> String {
        path.withSpan { bytes in
            switch routes.match(method, path: bytes) {
            case .route(let index): "route \(index)"
            case .otherMethods(let methods):
                Method.allCases.filter { methods.contains(MethodSet($0)) }.map(\.name.description)
                    .joined(separator: " ")
            case .unknownPath: "unknown"
            }
        }
    }

    @Test func aPathIsComparedByteForByte() {
        let routes = Routes()
        #expect(match(.get, "/health", in: routes) == "route 0")
        for path in ["/healt", "/health2", "/HEALTH", "/./health", "//health", "", "health"] {
            #expect(match(.get, path, in: routes) == "unknown", "\(path)")
        }
    }

    @Test func onePathMayHaveSeveralMethods() {
        var routes = Routes()
        routes.get("/both", on: .reactor) { _ in .text("") }
        routes.post("/both", reducing: Sum())
        #expect(match(.get, "/both", in: routes) == "route 3")
        #expect(match(.head, "/both", in: routes) == "route 3")
        #expect(match(.post, "/both", in: routes) == "route 4")
        #expect(match(.put, "/both", in: routes) == "GET HEAD POST OPTIONS")
        #expect(routes.allMethods.contains(MethodSet(.post)))
        #expect(!Routes().allMethods.contains(MethodSet(.post)))
    }

    @Test func onlyLandingRoutesNeedTouchedMemory() {
        var routes = Routes()
        routes.post("/a", reducing: Sum())
        routes.get("/b", on: .reactor) { _ in .text("") }
        #expect(!routes.landsBodies)
        var landed = routes
        landed.post("/c", reducing: Sum(), body: .landed)
        #expect(landed.landsBodies)
        routes.post("/d", on: .reactor) { _, _ in .text("") }
        #expect(routes.landsBodies)
    }

    @Test func aRouteThatCannotBeMeantTraps() async {
        await #expect(processExitsWith: .failure) {
            var routes = Routes()
            routes.get("/health", on: .reactor) { _ in .text("") }
        }
        await #expect(processExitsWith: .failure) {
            var routes = Routes()
            routes.get("hello", on: .reactor) { _ in .text("") }
        }
        await #expect(processExitsWith: .failure) {
            var routes = Routes()
            routes.post("/predict", reducing: ReductionMenu(columns: 1))
        }
    }
}
