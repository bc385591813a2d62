/// A client for a server's own pages (`/metrics`): one GET, on a connection of its own.
public struct ControlClient: Sendable {
    private let endpoint: Endpoint
    private let timeout: Duration

    // A page of metrics is some kilobytes.
    private static let largestPage = 1 << 20

    /// A client for the server that listens there.
    public init(endpoint: Endpoint, timeout: Duration = .seconds(5)) {
        self.endpoint = endpoint
        self.timeout = timeout
    }

    /// Asks for a page.
    ///
    /// - Returns: its bytes.
    /// - Throws: ``LoadFailure`` when there is no server, or no answer with status 200.
    public func get(_ target: String) throws(LoadFailure) -> [UInt8] {
        let socket: TCPSocket
        do throws(SystemError) {
            socket = try .connect(to: endpoint, blocking: true, timeout: timeout, congestionControl: nil)
        } catch {
            throw .connect(error.code)
        }
        let head = "GET \(target) HTTP/1.1\r\nHost: \(endpoint)\r\nConnection: close\r\n\r\n"
        let request = Array(head.utf8)
        guard socket.send(request.span) == .moved(request.count) else { throw .broken(0) }
        let (response, bytes) = try receive(from: socket)
        guard response.status == 200 else { throw .status(response.status) }
        return Array(bytes[response.body])
    }

    private func receive(from socket: TCPSocket) throws(LoadFailure) -> (Response, [UInt8]) {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 16 << 10)
        while bytes.count < Self.largestPage {
            let transfer = unsafe piece.withUnsafeMutableBytes {
                unsafe socket.receive(into: $0.baseAddress, count: $0.count)
            }
            switch transfer {
            case .moved(let count): bytes += piece[..<count]
            case .ended: break
            case .again: throw .timeout
            case .failed(let code): throw .broken(code)
            }
            do throws(Response.Malformed) {
                if let found = try Response.find(in: bytes.span, ended: transfer == .ended) {
                    return (found, bytes)
                }
            } catch {
                throw .malformed(error)
            }
        }
        throw .malformed(.unaskedBytes)
    }
}
