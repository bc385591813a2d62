import Glibc

/// A connection that posts one request after the other and never waits: one thread drives hundreds of them.
final class LoadConnection {
    struct Post {
        let bytes: [UInt8]
        let expected: UInt32
        let name: String
    }

    let client: Client
    private let posts: [Post]
    private var next: Int
    private var sent = 0
    private var received: [UInt8] = []
    private(set) var answered = 0
    /// The first thing that went wrong; the connection is not used after it.
    private(set) var failure: String?

    init(to address: ServerAddress, posts: [Post], beginningWith first: Int) throws {
        client = try Client(address)
        self.posts = posts
        next = first % posts.count
    }

    private var post: Post { posts[next] }

    /// Whether the present request and its answer are all that was begun.
    var isBetweenRequests: Bool { sent == 0 && received.isEmpty }

    /// What to poll for.
    var events: Int32 { sent < post.bytes.count ? POLLOUT | POLLIN : POLLIN }

    func advance(beginsMore: Bool) {
        if beginsMore || sent > 0 { send() }
        receive()
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
            if answer.bits != post.expected || answer.saysClose || sent < post.bytes.count {
                failure = "\(post.name): \(answer)"
            }
            received.removeFirst(length)
        } catch {
            failure = "\(post.name): \(error)"
        }
        answered += 1
        sent = 0
        next = (next + 1) % posts.count
    }
}
