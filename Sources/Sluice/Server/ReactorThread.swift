internal import CPlatform
internal import Glibc
internal import Uring

/// Runs a closure on a thread of its own, with a name that shows in `top -H`.
enum ReactorThread {
    private final class Box {
        let name: String
        let body: () -> Void
        init(name: String, body: @escaping () -> Void) {
            self.name = name
            self.body = body
        }
    }

    static func start(named name: String, _ body: @escaping () -> Void) throws(ServerError) {
        let box = Box(name: name, body: body)
        var thread = pthread_t()
        let argument = unsafe Unmanaged.passRetained(box).toOpaque()
        let outcome = unsafe pthread_create(
            &thread, nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                let box = unsafe Unmanaged<Box>.fromOpaque(argument).takeRetainedValue()
                unsafe sluice_set_thread_name(box.name)
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
