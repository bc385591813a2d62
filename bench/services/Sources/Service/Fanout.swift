internal import AsyncHTTPClient
internal import NIOCore

/// Calls the slow service ten times at once. The calls run on the client's own threads; the handler that waits for them
/// holds none.
struct Fanout: Sendable {
    let client: HTTPClient
    let port: UInt16

    /// - Returns: how many answers were right.
    func callTenTimes() async throws -> Int {
        let request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/slow")
        return try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<10 {
                group.addTask {
                    let response = try await client.execute(request, timeout: .seconds(30))
                    let body = try await response.body.collect(upTo: 1024)
                    return body.readableBytesView.elementsEqual("slow\n".utf8)
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
    }
}
