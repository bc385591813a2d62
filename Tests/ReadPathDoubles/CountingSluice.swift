internal import Logging
internal import Sluice

/// Sluice with a kernel that only counts.
func serveWithoutKernel(threads: Int) async throws {
    LoggingSystem.bootstrap { _ in SwiftLogNoOpLogHandler() }
    var routes = Routes()
    routes.post("/predict", reducing: CountingKernel())
    let server = try Server(routes: routes, listen: .tcp(host: "127.0.0.1", port: 0), threads: threads)
    announce("\(server.address)", "sluice without a kernel")
    try await server.run()
}
