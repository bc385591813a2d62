internal import LoadGenerator

/// The service that `/fanout` calls, started once for all cells: what it costs is nobody's figure.
final class SlowService {
    let port: UInt16
    /// Why there is none.
    let trouble: String?
    private let child: ChildProcess?

    init(_ settings: CompareSettings, _ ports: inout FreePorts) throws {
        port = try ports.next()
        do {
            let (child, _) = try startServer(settings.service, ["slow", "--port", "\(port)"])
            self.child = child
            trouble = nil
        } catch {
            child = nil
            trouble = "the slow service did not start: \(error)"
        }
    }

    func stop() {
        child?.stop(within: .seconds(5))
    }
}
