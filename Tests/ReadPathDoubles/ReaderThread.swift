internal import CPlatform
internal import Glibc

/// Runs a closure on a thread of its own, by a name.
enum ReaderThread {
    private final class Box {
        let name: String
        let body: () -> Void
        init(name: String, body: @escaping () -> Void) {
            self.name = name
            self.body = body
        }
    }

    static func start(named name: String, _ body: @escaping () -> Void) {
        let box = Box(name: name, body: body)
        var thread = pthread_t()
        let outcome = unsafe pthread_create(
            &thread, nil,
            { argument in
                let box = unsafe Unmanaged<Box>.fromOpaque(argument!).takeRetainedValue()
                unsafe sluice_set_thread_name(box.name)
                box.body()
                return nil
            }, Unmanaged.passRetained(box).toOpaque())
        precondition(outcome == 0, "cannot start a thread: errno \(outcome)")
        pthread_detach(thread)
    }
}
