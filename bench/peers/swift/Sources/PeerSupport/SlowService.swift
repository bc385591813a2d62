import AsyncHTTPClient
import NIOCore

/// The service that `/fanout` calls.
public struct SlowService: Sendable {
    private let client: HTTPClient
    private let url: String

    /// The default keeps eight connections to a host; a hundred fan-outs at once make a thousand calls.
    public init(port: Int) {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 2000
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        url = "http://127.0.0.1:\(port)/slow"
    }

    /// How many of ten calls at once are answered rightly.
    public func fanOut() async -> Int {
        await withTaskGroup(of: Bool.self) { calls in
            for _ in 0..<10 { calls.addTask { await call() } }
            return await calls.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
    }

    private func call() async -> Bool {
        do {
            let response = try await client.execute(HTTPClientRequest(url: url), timeout: .seconds(30))
            let body = try await response.body.collect(upTo: 1024)
            return String(buffer: body) == "slow\n"
        } catch {
            return false
        }
    }
}
