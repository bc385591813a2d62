// The routes on Hummingbird, as its guide writes them: the whole body collected, then reduced.

import Foundation
import Hummingbird
import Logging
import NIOPosix
import PeerSupport

let options = Options()
let slow = SlowService(port: options.slowPort)
let router = Router()

router.get("hello") { _, _ in "hello\n" }

router.get("wait") { _, _ in
    try await Task.sleep(for: .seconds(1))
    return "waited\n"
}

// What blocks belongs on NIO's pool of threads.
router.get("wait-blocking") { _, _ in
    try await NIOThreadPool.singleton.runIfActive { Thread.sleep(forTimeInterval: 1) }
    return "waited\n"
}

router.get("fanout") { _, _ in "\(await slow.fanOut())\n" }

router.post("predict") { request, _ in
    let body = try await request.body.collect(upTo: 1 << 30)
    let deviation = body.withUnsafeReadableBytes { meanStd($0) }
    return Response(
        status: .ok, headers: [.contentType: "application/octet-stream"],
        body: ResponseBody(byteBuffer: ByteBuffer(integer: deviation.bitPattern, endianness: .little)))
}

var logger = Logger(label: "peer")
logger.logLevel = .error
let application = Application(
    router: router,
    configuration: ApplicationConfiguration(
        address: .hostname("127.0.0.1", port: options.port), backlog: 2048),
    eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup(numberOfThreads: options.threads)),
    logger: logger)
try await application.runService()
