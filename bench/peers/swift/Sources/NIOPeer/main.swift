// The routes on SwiftNIO by hand: a handler in each connection's pipeline, on as many event loops as there are cores.

import NIOCore
import NIOHTTP1
import NIOPosix
import PeerSupport

let options = Options()
let slow = SlowService(port: options.slowPort)

let server = ServerBootstrap(group: MultiThreadedEventLoopGroup(numberOfThreads: options.threads))
    .serverChannelOption(.backlog, value: 2048)
    .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
    .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            try pipeline.configureHTTPServerPipeline(withErrorHandling: true)
            try pipeline.addHandler(RequestHandler(slow: slow))
        }
    }
    .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)

try await server.bind(host: "127.0.0.1", port: options.port).get().closeFuture.get()
