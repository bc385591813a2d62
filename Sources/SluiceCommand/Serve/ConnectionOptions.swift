internal import ArgumentParser
internal import Logging
internal import Sluice

/// How many threads serve how many connections.
struct ConnectionOptions: ParsableArguments {
    @Option(help: "Reactor threads (default: one for each CPU).")
    var threads: Int?

    @Option(help: "Connections at once (default: 10000, or what the descriptor limit allows).")
    var maxConnections: Int?

    @Option(help: "Requests on one connection; the last is answered with Connection: close.")
    var requestsPerConnection = Limits().requestsPerConnection

    func validate() throws {
        if let threads, !(1...Limits.mostReactors).contains(threads) {
            throw ValidationError("--threads is between 1 and \(Limits.mostReactors)")
        }
        if let maxConnections, maxConnections < 1 {
            throw ValidationError("--max-connections is 1 or more")
        }
    }

    /// Raises the limit on open descriptors, too: connections are bounded by it.
    func set(_ limits: inout Limits, threads: Int, _ logger: Logger) {
        limits.requestsPerConnection = requestsPerConnection
        let descriptors = DescriptorLimit.raise()
        let allowed = DescriptorLimit.connections(within: descriptors, threads: threads)
        limits.maxConnections = maxConnections ?? min(limits.maxConnections, allowed)
        if limits.maxConnections > allowed {
            logger.warning(
                "more connections allowed than descriptors; the rest wait in the backlog",
                metadata: ["connections": "\(limits.maxConnections)", "descriptors": "\(descriptors)"])
        }
    }
}
