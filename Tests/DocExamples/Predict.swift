// The listing of the documentation's first page.

// snippet: predict
import Reduction
import Sluice

// end

func predict() async throws {
    // snippet: predict
    var routes = Routes()
    routes.post("/predict", reducing: RowMeanStd(columns: 2500))
    let server = try Server(routes: routes, listen: .tcp(host: "127.0.0.1", port: 8080))
    try await server.run()
    // end
}
