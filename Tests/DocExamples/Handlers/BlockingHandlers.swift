import Glibc
import Sluice

func addBlockingHandlers(to routes: inout Routes) {
    // snippet: pool
    routes.get("/primes/{limit}", on: .computePool) { request in
        guard let limit = request.parameters["limit"].flatMap({ Int($0) }), limit <= 100_000 else {
            throw HandlerError(.badRequest, "primes up to 100000 are counted")
        }
        return .text("\(countPrimes(below: limit))\n")
    }
    // end
    // snippet: pool-blocking
    routes.get("/legacy", on: .computePool) { _ in
        usleep(100_000)  // a library that blocks its thread
        return .text("done\n")
    }
    // end
}

/// Limits of a service whose handlers block for long.
// snippet: pool-limits
func limitsOfBlockingService() -> Limits {
    var limits = Limits()
    limits.computeThreads = 16
    limits.computeQueue = 256
    limits.handlerTimeout = .seconds(5)
    return limits
}
// end

private func countPrimes(below limit: Int) -> Int {
    (0..<max(0, limit)).count { number in
        number > 1 && !(2..<number).prefix { $0 * $0 <= number }.contains { number.isMultiple(of: $0) }
    }
}
