/// `/metrics`: the sums over all reactors, in Prometheus' text format.
struct MetricsText {
    private(set) var text = ""

    var bytes: [UInt8] { Array(text.utf8) }

    init(_ reactors: [ReactorMetrics], arena: Arena, computeQueue: any ComputeQueue) {
        func sum(_ counter: (ReactorMetrics) -> Counter) -> Int {
            reactors.reduce(0) { $0 + counter($1).value }
        }
        for (name, help, path) in Self.counters { counter(name, help, sum(path)) }
        header("sluice_responses_total", "Responses begun, by class of status.", "counter")
        for (label, value) in [
            ("2xx", sum({ $0.responses2xx })), ("3xx", sum({ $0.responses3xx })),
            ("4xx", sum({ $0.responses4xx })), ("5xx", sum({ $0.responses5xx })),
        ] {
            text += "sluice_responses_total{class=\"\(label)\"} \(value)\n"
        }
        for (name, help, path) in Self.gauges { gauge(name, help, sum(path)) }
        gauge("sluice_memory_leased_bytes", "Bytes granted to landed bodies and scratch.", arena.leasedBytes)
        gauge("sluice_memory_budget_bytes", "The memory budget.", arena.byteCount)
        gauge(
            "sluice_compute_waiting", "Calls that wait for a thread of the compute pool.",
            computeQueue.waitingCount)
    }

    private typealias Entry = (String, String, @Sendable (ReactorMetrics) -> Counter)

    private static let counters: [Entry] = [
        ("sluice_connections_total", "Connections accepted.", { $0.connectionsAccepted }),
        (
            "sluice_connections_refused_total",
            "Connections over the limit or on the last descriptor, told so and closed.",
            { $0.connectionsRefused }
        ),
        (
            "sluice_accept_failures_total", "Accepts that failed for want of descriptors or memory.",
            { $0.acceptFailures }
        ),
        ("sluice_requests_total", "Heads that were read, refused ones included.", { $0.requests }),
        (
            "sluice_authorization_refusals_total", "Requests that did not show the token, answered with 401.",
            { $0.authorizationRefusals }
        ),
        ("sluice_bodies_total", "Bodies read to their end.", { $0.bodies }),
        ("sluice_body_bytes_total", "Bytes of bodies read to their end.", { $0.bodyBytes }),
        (
            "sluice_body_receive_completions_total", "Receives that brought body bytes.",
            { $0.bodyReceiveCompletions }
        ),
        (
            "sluice_body_turns_total",
            "Turns of fast bodies of near clients, which a reactor receives one after the other; one alone takes them too.",
            { $0.bodyTurns }
        ),
        (
            "sluice_reactor_moves_total",
            "Times that a reactor moved to the CPU of the client whose turn it was.", { $0.moves }
        ),
        ("sluice_bodies_truncated_total", "Bodies that the client cut short.", { $0.bodiesTruncated }),
        (
            "sluice_user_copied_bytes_total",
            "Bytes the server itself copied in user space: what came with a head, small chunks, what belonged to the next request.",
            { $0.bytesMoved }
        ),
        (
            "sluice_timeouts_total",
            "Deadlines passed: of silent connections, heads, bodies, waits for memory, handlers, responses, closing.",
            { $0.timeouts }
        ),
        (
            "sluice_memory_waits_total", "Requests that waited for memory, in vain or not.",
            { $0.memoryWaits }
        ),
        (
            "sluice_memory_refusals_total", "Requests that waited for memory in vain.",
            { $0.memoryRefusals }
        ),
        (
            "sluice_handler_timeouts_total", "Handlers that did not answer in their time: 504.",
            { $0.handlerTimeouts }
        ),
        (
            "sluice_handlers_cancelled_total",
            "Handlers for whom nobody waited any more: timed out, or their client has reset the connection.",
            { $0.handlersCancelled }
        ),
        (
            "sluice_compute_refusals_total", "Requests that found the compute pool's line full: 503.",
            { $0.computeRefusals }
        ),
        (
            "sluice_buffers_exhausted_total",
            "Receives that found no free window or head buffer and were queued again.",
            { $0.buffersExhausted }
        ),
        (
            "sluice_head_buffers_reclaimed_total",
            "Slow clients that lost their head buffer to one who waited for it.", { $0.headBuffersReclaimed }
        ),
        (
            "sluice_kernel_shortages_total",
            "Receives and sends for which Linux had no memory, queued again after a pause.",
            { $0.kernelShortages }
        ),
        ("sluice_queue_full_total", "Operations that found the submission queue full.", { $0.queueFull }),
        (
            "sluice_stale_completions_total", "Completions of no connection: mistakes of the server.",
            { $0.staleCompletions }
        ),
        (
            "sluice_kernel_refusals_total", "Operations Linux refused: mistakes of the server.",
            { $0.kernelRefusals }
        ),
        ("sluice_turns_total", "Turns of the reactors.", { $0.turns }),
        ("sluice_completions_total", "Completions taken from the rings.", { $0.completions }),
        (
            "sluice_completion_overflows_total",
            "Times that completions waited in Linux because the queue was full of them.",
            { $0.completionOverflows }
        ),
        ("sluice_system_calls_total", "System calls made by the reactors.", { $0.systemCalls }),
    ]

    private static let gauges: [Entry] = [
        ("sluice_connections_open", "Connections open.", { $0.connectionsOpen }),
        ("sluice_bodies_in_flight", "Bodies being read.", { $0.bodiesInFlight }),
        ("sluice_fast_bodies_in_flight", "Of them, those of fast clients.", { $0.fastBodies }),
        (
            "sluice_receive_buffer_bytes",
            "Receive buffers (SO_RCVBUF) granted for bodies, and kept or filled since, together.",
            { $0.receiveBytesGranted }
        ),
        ("sluice_handler_tasks", "Async handlers and writers of streams under way.", { $0.handlerTasks }),
        ("sluice_head_buffers_free", "Head buffers nobody holds.", { $0.headBuffersFree }),
        ("sluice_windows_free", "Windows nobody reads.", { $0.windowsFree }),
    ]

    private mutating func header(_ name: String, _ help: String, _ type: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
    }

    private mutating func counter(_ name: String, _ help: String, _ value: Int) {
        header(name, help, "counter")
        text += "\(name) \(value)\n"
    }

    private mutating func gauge(_ name: String, _ help: String, _ value: Int) {
        header(name, help, "gauge")
        text += "\(name) \(value)\n"
    }
}
