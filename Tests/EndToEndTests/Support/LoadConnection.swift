import Glibc

/// A connection that posts one request after the other and never waits: one thread drives hundreds of them.
final class LoadConnection {
    struct Post {
        let bytes: [UInt8]
        let expected: UInt32
        let name: String
    }

    private(set) var client: Client
    private let address: ServerAddress
    private let posts: [Post]
    /// Whether the server may end the connection after an answer; the next request then comes on a new one.
    private let reconnects: Bool
    private(set) var connected = 1
    private var next: Int
    private var sent = 0
    private var received: [UInt8] = []
    private(set) var answered = 0
    /// The first thing that went wrong; the connection is not used after it.
    private(set) var failure: String?

    init(
        to address: ServerAddress, posts: [Post], beginningWith first: Int, reconnects: Bool = false
    ) throws {
        client = try Client(address)
        self.address = address
        self.posts = posts
        self.reconnects = reconnects
        next = first % posts.count
    }

    private var post: Post { posts[next] }

    /// Whether the present request and its answer are all that was begun.
    var isBetweenRequests: Bool { sent == 0 && received.isEmpty }

    /// What to poll for.
    var events: Int32 { sent < post.bytes.count ? POLLOUT | POLLIN : POLLIN }

    func advance(beginsMore: Bool) {
        if reconnects, isBetweenRequests, hasEnded {
            do { try reconnect() } catch { failure = "\(error)" }
        }
        if beginsMore || sent > 0 { send() }
        receive()
    }

    /// The server's FIN has come. (A reset has another name: it fails the next send.)
    private var hasEnded: Bool {
        var byte: UInt8 = 0
        return unsafe recv(client.descriptor, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)) == 0
    }

    private func send() {
        let rest = post.bytes.count - sent
        guard rest > 0, failure == nil else { return }
        let count = unsafe post.bytes.withUnsafeBytes {
            unsafe Glibc.send(
                client.descriptor, $0.baseAddress! + sent, rest, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
        }
        if count > 0 {
            sent += count
        } else if errno != EAGAIN {
            failure = "sending \(post.name): errno \(errno)"
        }
    }

    private func reconnect() throws {
        let rest = try client.readToEnd()
        if !rest.isEmpty || !received.isEmpty { throw ClientError.malformed("more after the last answer") }
        client = try Client(address)
        connected += 1
    }

    private func receive() {
        guard failure == nil else { return }
        var piece = [UInt8](repeating: 0, count: 4096)
        let count = unsafe piece.withUnsafeMutableBytes {
            unsafe recv(client.descriptor, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT))
        }
        if count < 0 && errno == EAGAIN { return }
        guard count > 0 else {
            failure = "receiving the answer to \(post.name): \(count == 0 ? "end" : "errno \(errno)")"
            return
        }
        received += piece[..<count]
        do {
            guard let (answer, length) = try Answer.parse(received, toHead: false) else { return }
            let mayClose = reconnects || !answer.saysClose
            if answer.bits != post.expected || !mayClose || sent < post.bytes.count {
                failure = "\(post.name): \(answer)"
            }
            received.removeFirst(length)
            if answer.saysClose, reconnects { try reconnect() }
        } catch {
            failure = "\(post.name): \(error)"
        }
        answered += 1
        sent = 0
        next = (next + 1) % posts.count
    }
}
