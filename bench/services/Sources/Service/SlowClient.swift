internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// Calls the slow service over connections that are kept, as many at once as are wanted.
///
/// A client for everything does more than that with every call, and has to find one of its connections that is idle: with
/// async-http-client and a thousand connections a call took three times the CPU. Here all calls of a fan-out, and the connections
/// that they go over, are one event loop's own, so that nothing among them needs a lock or another thread.
struct SlowClient: Sendable {
    private let group: MultiThreadedEventLoopGroup
    private let pools: [NIOLoopBoundBox<ConnectionPool>]

    /// For all calls of a fan-out together.
    static let timeout: TimeAmount = .seconds(30)

    init(port: UInt16, threads: Int) throws {
        group = MultiThreadedEventLoopGroup(numberOfThreads: threads)
        let address = try SocketAddress(ipAddress: "127.0.0.1", port: Int(port))
        pools = Array(
            group.makeIterator().map { loop in
                .makeBoxSendingValue(ConnectionPool(loop: loop, address: address), eventLoop: loop)
            })
    }

    /// Calls so many times at once. Whoever waits for it holds no thread, and is woken once, when all calls are over; if it is
    /// cancelled, they end.
    /// - Returns: how many were answered rightly.
    func call(times: Int) async throws -> Int {
        let loop = group.next()
        guard let pool = pools.first(where: { $0.eventLoop === loop }) else {
            preconditionFailure("a loop of another group")
        }
        let promise = loop.makePromise(of: Int.self)
        let calls = NIOLoopBoundBox<Calls>.makeBoxSendingValue(Calls(times, promise), eventLoop: loop)
        return try await withTaskCancellationHandler {
            loop.execute { calls.value.begin(pool.value) }
            return try await promise.futureResult.get()
        } onCancel: {
            loop.execute { calls.value.cancel() }
        }
    }

    func shutdown() async throws { try await group.shutdownGracefully() }
}

// MARK: On an event loop

/// The calls of one fan-out.
private final class Calls {
    private let promise: EventLoopPromise<Int>
    private var waitingFor: Int
    private var right = 0
    private var isCancelled = false
    private var connections: [ObjectIdentifier: SlowConnection] = [:]
    private var timeout: Scheduled<Void>?

    init(_ count: Int, _ promise: EventLoopPromise<Int>) {
        waitingFor = count
        self.promise = promise
    }

    func begin(_ pool: ConnectionPool) {
        timeout = pool.loop.assumeIsolated().scheduleTask(in: SlowClient.timeout) { self.cancel() }
        for _ in 0..<waitingFor {
            if isCancelled { ended(isRight: false) } else { pool.start(self) }
        }
    }

    func began(on connection: SlowConnection) {
        if isCancelled { return connection.close() }
        connections[ObjectIdentifier(connection)] = connection
    }

    /// A call is over, with the right answer or without.
    func ended(on connection: SlowConnection? = nil, isRight: Bool) {
        if let connection { connections[ObjectIdentifier(connection)] = nil }
        right += isRight ? 1 : 0
        waitingFor -= 1
        guard waitingFor == 0 else { return }
        timeout?.cancel()
        timeout = nil
        promise.succeed(right)
    }

    /// Each connection says that its call is over when it is closed.
    func cancel() {
        isCancelled = true
        for connection in connections.values { connection.close() }
    }
}

/// An event loop's connections to the slow service that wait for the next call.
private final class ConnectionPool {
    let loop: any EventLoop
    private let address: SocketAddress
    private var idle: [SlowConnection] = []

    init(loop: any EventLoop, address: SocketAddress) {
        self.loop = loop
        self.address = address
    }

    func start(_ calls: Calls) {
        if let connection = idle.popLast() { return connection.start(calls) }
        let callsBox = NIOLoopBound(calls, eventLoop: loop)
        let pool = NIOLoopBound(self, eventLoop: loop)
        ClientBootstrap(group: loop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHTTPClientHandlers()
                    try pipeline.addHandler(SlowConnection(channel, pool.value, first: callsBox.value))
                }
            }
            .connect(to: address)
            // One that is connected says itself how its calls end.
            .whenFailure { _ in callsBox.value.ended(isRight: false) }
    }

    func keep(_ connection: SlowConnection) { idle.append(connection) }

    func forget(_ connection: SlowConnection) { idle.removeAll { $0 === connection } }
}

/// A connection to the slow service, for one call at a time.
private final class SlowConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let channel: any Channel
    private let pool: ConnectionPool
    private var calls: Calls?
    private var canBeKept = false
    private var isOK = false
    private var body = ByteBuffer()

    private static let request = HTTPRequestHead(
        version: .http1_1, method: .GET, uri: "/slow", headers: ["Host": "127.0.0.1"])
    private static let rightAnswer = ByteBuffer(string: "slow\n")

    init(_ channel: any Channel, _ pool: ConnectionPool, first calls: Calls) {
        self.channel = channel
        self.pool = pool
        self.calls = calls
    }

    func start(_ calls: Calls) {
        self.calls = calls
        send()
    }

    func close() { channel.close(promise: nil) }

    private func send() {
        isOK = false
        body.clear()
        calls?.began(on: self)
        channel.write(HTTPClientRequestPart.head(Self.request), promise: nil)
        channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
    }

    func channelActive(context: ChannelHandlerContext) { send() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            isOK = head.status == .ok
            canBeKept = head.isKeepAlive
        case .body(var part):
            body.writeBuffer(&part)
            // Not what we called for: no more of it is wanted.
            if body.readableBytes > Self.rightAnswer.readableBytes { close() }
        case .end:
            if canBeKept { pool.keep(self) } else { close() }
            end(isRight: isOK && body == Self.rightAnswer)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        pool.forget(self)
        end(isRight: false)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { close() }

    private func end(isRight: Bool) {
        guard let calls else { return }
        self.calls = nil
        calls.ended(on: self, isRight: isRight)
    }
}
