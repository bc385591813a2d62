internal import CPlatform
internal import Glibc
internal import Logging
internal import Uring

/// Runs a closure on a thread of its own, with a name that shows in `top -H`.
enum ServerThread {
    private final class Box {
        let name: String
        let cpu: Int32?
        let logger: Logger
        let body: () -> Void
        init(name: String, cpu: Int32?, logger: Logger, body: @escaping () -> Void) {
            self.name = name
            self.cpu = cpu
            self.logger = logger
            self.body = body
        }

        /// On the new thread.
        func run() {
            unsafe sluice_set_thread_name(name)
            if let cpu { stay(on: cpu) }
            body()
        }

        /// A seccomp filter may forbid it, or a cpuset have changed: the thread serves all the same.
        private func stay(on cpu: Int32) {
            var cpu = cpu
            let outcome = unsafe sluice_set_affinity(&cpu, 1)
            guard outcome != 0 else { return }
            logger.warning(
                "a thread does not stay on its CPU",
                metadata: [
                    "thread": "\(name)", "cpu": "\(cpu)", "error": "\(RingError.message(for: -outcome))",
                ])
        }
    }

    /// - Parameters:
    ///   - cpu: where it stays; nil: where Linux puts it.
    ///   - logger: is told if it does not stay there.
    static func start(
        named name: String, onCPU cpu: Int32?, logger: Logger = Logger(label: "sluice"),
        _ body: @escaping () -> Void
    ) throws(ServerError) {
        let box = Box(name: name, cpu: cpu, logger: logger, body: body)
        var thread = pthread_t()
        let argument = unsafe Unmanaged.passRetained(box).toOpaque()
        let outcome = unsafe pthread_create(
            &thread, nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                unsafe Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, argument)
        guard outcome == 0 else {
            unsafe Unmanaged<Box>.fromOpaque(argument).release()
            throw .thread(errorNumber: outcome)
        }
        pthread_detach(thread)
    }
}
