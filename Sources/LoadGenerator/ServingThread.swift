/// A limit server at work in this process, on a thread of its own.
public final class ServingThread: Sendable {
    private let server: LimitServer
    private let thread: SystemThread

    /// Begins to serve.
    public init(_ server: LimitServer) throws(SystemError) {
        self.server = server
        thread = try SystemThread(name: "limit") { try? server.run() }
    }

    /// Takes no more connections, and waits until none will be. Once.
    public func stop() {
        server.stop()
        thread.join()
    }
}
