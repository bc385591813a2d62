internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1

/// Calls the slow service ten times at once. The calls run on one of the client's own threads, which collects the
/// answers; the handler that waits for them holds no thread, and is woken once, when all have come.
struct Fanout: Sendable {
    private let client: HTTPClient
    private let request: HTTPClient.Request

    init(client: HTTPClient, port: UInt16) throws {
        self.client = client
        request = try HTTPClient.Request(url: "http://127.0.0.1:\(port)/slow")
    }

    /// - Returns: how many answers were right.
    func callTenTimes() async throws -> Int {
        let thread = client.eventLoopGroup.next()
        let calls = (0..<10).map { _ in
            client.execute(
                request: request, delegate: ResponseAccumulator(request: request, maxBodySize: 1024),
                eventLoop: .delegate(on: thread), deadline: .now() + .seconds(30))
        }
        let answers = try await withTaskCancellationHandler {
            try await EventLoopFuture.whenAllComplete(calls.map(\.futureResult), on: thread).get()
        } onCancel: {
            for call in calls { call.cancel() }
        }
        return answers.count { answer in
            guard case .success(let response) = answer, let body = response.body else { return false }
            return response.status == .ok && body.readableBytesView.elementsEqual("slow\n".utf8)
        }
    }
}
