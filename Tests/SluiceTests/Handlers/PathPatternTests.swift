internal import HTTP1
internal import HTTPTypes
internal import Testing

@testable internal import Sluice

struct PathPatternTests {
    private func matches(_ pattern: String, _ path: String) -> Bool {
        path.withSpan { PathPattern(pattern)?.matches($0) ?? false }
    }

    @Test func aPathWithoutANameIsNone() {
        for path in ["/", "/predict", "/models/name/predict", "/models//"] {
            #expect(PathPattern(path) == nil, "\(path)")
        }
    }

    @Test(arguments: [
        ("/{a}", ["/x", "/%2F", "/{a}", "/x y"], ["/", "", "x", "/x/", "/x/y", "//x"]),
        (
            "/m/{a}/p", ["/m/x/p", "/m/p/p"],
            ["/m//p", "/m/x", "/m/x/", "/m/x/pp", "/m/x/p/", "/n/x/p", "/M/x/p"]
        ),
        ("/{a}/{b}", ["/x/y"], ["/x", "/x/", "//y", "/x/y/z"]),
        ("/m/{a}/", ["/m/x/"], ["/m/x", "/m//", "/m/x/y"]),
        (
            "/m/{a}/2", ["/m/.../2", "/m/a..b/2", "/m/..a/2", "/m/.%2/2", "/m/%2f/2", "/m/%2e%2e%2e/2"],
            ["/m/./2", "/m/../2", "/m/%2e/2", "/m/.%2E/2", "/m/%2e%2e/2", "/m/%2E./2"]
        ),
    ])
    func aNameStandsForOneSegmentThatIsNotEmpty(pattern: String, those: [String], others: [String]) {
        for path in those { #expect(matches(pattern, path), "\(path)") }
        for path in others { #expect(!matches(pattern, path), "\(path)") }
    }

    @Test func parametersAreDecodedAndFoundByName() throws {
        let pattern = try #require(PathPattern("/m/{name}/{version}"))
        let parameters = pattern.parameters(of: "/m/a%2Fb%20%C3%A9+/2")
        #expect(parameters["name"] == "a/b \u{E9}+")
        #expect(parameters["version"] == "2")
        #expect(parameters["m"] == nil)
        #expect(parameters == pattern.parameters(of: "/m/a%2fb%20%c3%a9+/2"))
        #expect(parameters != pattern.parameters(of: "/m/a/2"))
    }

    @Test func formsAreTheSameWhateverTheNames() throws {
        let form = try #require(PathPattern("/m/{a}/p"))
        #expect(form.isSameForm(as: PathPattern("/m/{b}/p")))
        for other in ["/m/{a}", "/n/{a}/p", "/m/{a}/{b}", "/{m}/{a}/p"] {
            #expect(!form.isSameForm(as: PathPattern(other)), "\(other)")
        }
        #expect(!form.isSameForm(as: nil))
    }

    @Test func aPathWithoutANameGoesFirst() {
        var routes = Routes()
        routes.get("/m/{name}", on: .reactor) { _ in .text("") }
        routes.get("/m/all", on: .reactor) { _ in .text("") }
        routes.post("/m/{model}") { _, _ in .text("") }
        func route(_ method: Method, _ path: String) -> Int? {
            path.withSpan {
                if case .route(let index) = routes.match(method, path: $0) { index } else { nil }
            }
        }
        #expect(route(.get, "/m/all") == 4)
        #expect(route(.get, "/m/other") == 3)
        #expect(route(.post, "/m/all") == 5)
        #expect(route(.put, "/m/other") == nil)
    }

    @Test func aPatternThatCannotBeMeantTraps() async {
        await #expect(processExitsWith: .failure) { _ = PathPattern("/m/{}") }
        await #expect(processExitsWith: .failure) { _ = PathPattern("/m/x{a}") }
        await #expect(processExitsWith: .failure) { _ = PathPattern("/m/{a") }
        await #expect(processExitsWith: .failure) { _ = PathPattern("/m/{{a}}") }
        await #expect(processExitsWith: .failure) { _ = PathPattern("/m/{a}/{a}") }
        await #expect(processExitsWith: .failure) {
            var routes = Routes()
            routes.get("/m/{a}", on: .reactor) { _ in .text("") }
            routes.get("/m/{b}", on: .reactor) { _ in .text("") }
        }
        await #expect(processExitsWith: .failure) {
            var routes = Routes()
            routes.handle(.head, "/m", on: .reactor) { _ in .text("") }
        }
    }
}
