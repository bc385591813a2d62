internal import CPlatform
internal import Glibc
internal import Uring

/// Runs a closure on a thread of its own, with a name that shows in `top -H`.
enum ServerThread {
    private final class Box {
        let name: String
        let cpu: Int32?
        let body: () -> Void
        init(name: String, cpu: Int32?, body: @escaping () -> Void) {
            self.name = name
            self.cpu = cpu
            self.body = body
        }
    }

    /// The CPUs this process may run on, in ascending order.
    static var allowedCPUs: [Int32] {
        var cpus = [Int32](repeating: 0, count: Int(sluice_available_cpus()))
        let found = unsafe sluice_get_affinity(&cpus, Int32(cpus.count))
        return Array(cpus.prefix(Int(max(0, found))))
    }

    /// - Parameter cpu: where it stays; nil: where Linux puts it.
    static func start(named name: String, onCPU cpu: Int32?, _ body: @escaping () -> Void) throws(ServerError)
    {
        let box = Box(name: name, cpu: cpu, body: body)
        var thread = pthread_t()
        let argument = unsafe Unmanaged.passRetained(box).toOpaque()
        let outcome = unsafe pthread_create(
            &thread, nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                let box = unsafe Unmanaged<Box>.fromOpaque(argument).takeRetainedValue()
                unsafe sluice_set_thread_name(box.name)
                if var cpu = box.cpu { _ = unsafe sluice_set_affinity(&cpu, 1) }
                box.body()
                return nil
            }, argument)
        guard outcome == 0 else {
            unsafe Unmanaged<Box>.fromOpaque(argument).release()
            throw .thread(errorNumber: outcome)
        }
        pthread_detach(thread)
    }
}
