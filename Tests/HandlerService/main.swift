// A service with handlers of every kind on a port that the system picks: `HandlerService NAME=NUMBER …`. It says where it
// listens as `sluice serve` does, and ends on SIGTERM.

import Glibc
import Logging
import ServiceLifecycle
import Sluice
import UnixSignals

var limits = Limits()
limits.maxBodyBytes = 8 << 20
limits.memoryBytes = 32 << 20
var threads = 2
for argument in CommandLine.arguments.dropFirst() {
    let words = argument.split(separator: "=")
    guard words.count == 2, let value = Int(words[1]) else { fatalError("\(argument) is no NAME=NUMBER") }
    switch words[0] {
    case "threads": threads = value
    case "compute-threads": limits.computeThreads = value
    case "compute-queue": limits.computeQueue = value
    case "handler-timeout-ms": limits.handlerTimeout = .milliseconds(value)
    default: fatalError("there is no setting \(words[0])")
    }
}

let logger = Logger(label: "handler-service") { StreamLogHandler.standardError(label: $0) }
let server = try Server(
    routes: .ofEveryKind, listen: .tcp(host: "127.0.0.1", port: 0), threads: threads, limits: limits,
    logger: logger)
print("handler-service: listening on \(server.address) (\(threads) threads)")
fflush(nil)
let group = ServiceGroup(services: [server], gracefulShutdownSignals: [.sigterm], logger: logger)
try await group.run()
