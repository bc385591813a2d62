import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import PeerSupport

/// Collects a request's body, and answers when the request has ended.
final class RequestHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    /// What a client may have us reserve, of what it says that its body will be.
    private static let largestBody = 1 << 30

    private let slow: SlowService
    private var head: HTTPRequestHead?
    private var body = ByteBuffer()

    init(slow: SlowService) {
        self.slow = slow
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            let length = head.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
            guard length <= Self.largestBody else { return context.close(promise: nil) }
            body = context.channel.allocator.buffer(capacity: length)
        case .body(var part):
            guard body.readableBytes + part.readableBytes <= Self.largestBody else {
                return context.close(promise: nil)
            }
            body.writeBuffer(&part)
        case .end:
            guard let head else { return }
            self.head = nil
            respond(to: head, context: context)
        }
    }

    private func respond(to head: HTTPRequestHead, context: ChannelHandlerContext) {
        let loop = context.eventLoop
        let answer: EventLoopFuture<Answer>
        switch (head.method, head.uri) {
        case (.GET, "/hello"):
            return write(.text("hello\n"), to: head, context: context)
        case (.GET, "/wait"):
            answer = loop.scheduleTask(in: .seconds(1)) { .text("waited\n") }.futureResult
        case (.GET, "/wait-blocking"):
            answer = NIOThreadPool.singleton.runIfActive(eventLoop: loop) {
                Thread.sleep(forTimeInterval: 1)
                return .text("waited\n")
            }
        case (.GET, "/fanout"):
            answer = loop.makeFutureWithTask { [slow] in .text("\(await slow.fanOut())\n") }
        case (.POST, "/predict"):
            let deviation = body.withUnsafeReadableBytes { meanStd($0) }
            body = ByteBuffer()
            return write(.float(deviation), to: head, context: context)
        default:
            return write(.notFound, to: head, context: context)
        }
        answer.assumeIsolated().whenComplete { result in
            switch result {
            case .success(let answer): self.write(answer, to: head, context: context)
            case .failure: context.close(promise: nil)
            }
        }
    }

    private func write(_ answer: Answer, to request: HTTPRequestHead, context: ChannelHandlerContext) {
        var headers: HTTPHeaders = [
            "content-type": answer.type, "content-length": "\(answer.body.readableBytes)",
        ]
        if !request.isKeepAlive { headers.add(name: "connection", value: "close") }
        let head = HTTPResponseHead(version: request.version, status: answer.status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(answer.body))), promise: nil)
        let written = context.writeAndFlush(wrapOutboundOut(.end(nil)))
        if !request.isKeepAlive {
            written.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
        }
    }
}

struct Answer: Sendable {
    var status = HTTPResponseStatus.ok
    var type: String
    var body: ByteBuffer

    static func text(_ text: String) -> Answer {
        Answer(type: "text/plain", body: ByteBuffer(string: text))
    }

    static func float(_ value: Float) -> Answer {
        let bytes = ByteBuffer(integer: value.bitPattern, endianness: .little)
        return Answer(type: "application/octet-stream", body: bytes)
    }

    static let notFound = Answer(
        status: .notFound, type: "text/plain", body: ByteBuffer(string: "there is no such route\n"))
}
