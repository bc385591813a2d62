#if !DEBUG
    import Glibc
    import Testing

    @testable import LoadGenerator

    extension Check {
        /// The most Linux workers (`iou-wrk-…`) that slow clients made.
        static let kernelWorkers = Check(name: "kernel-workers-of-slow-clients") {
            Double(try SlowClients.run(on: $0).kernelWorkers)
        }

        /// The same through a Unix socket. There Linux heeds no low-water mark, and so wakes the receiver for every
        /// piece: over TCP the mark alone would hide what a receive asks for.
        static let unixKernelWorkers = Check(name: kernelWorkers.name) {
            Double(try SlowClients.run(on: $0, overUnix: true).kernelWorkers)
        }

        /// The most threads, of any kind, that slow clients made.
        static let threads = Check(name: "threads-of-slow-clients") {
            Double(try SlowClients.run(on: $0).threads)
        }
    }

    extension ReadPath {
        struct SlowUploads {
            @Test(arguments: [Reading.streamed, .landed])
            func makeNoKernelWorker(reading: Reading) throws { try Check.kernelWorkers.holds(for: reading) }

            @Test(arguments: [Reading.streamed, .landed])
            func makeNoThread(reading: Reading) throws { try Check.threads.holds(for: reading) }

            @Test(arguments: [Reading.streamed, .landed])
            func overAUnixSocketMakeNoKernelWorker(reading: Reading) throws {
                try Check.unixKernelWorkers.holds(for: reading)
            }

            @Test func ofAPlainReaderMakeNoKernelWorker() throws {
                try Check.kernelWorkers.passesPlainReader()
            }

            @Test func showWaitingForAllBytes() throws { try Check.kernelWorkers.catches(.waitAll) }

            @Test func showAThreadForEachConnection() throws { try Check.threads.catches(.none) }
        }
    }

    /// Many clients that send a body piece by piece, so that Linux wakes whoever waits for it again and again:
    /// after 128 wake-ups a receive that wants all its bytes becomes a thread.
    enum SlowClients {
        static let (clients, rounds, pieceBytes) = (50, 800, 1 << 10)

        struct Outcome {
            var kernelWorkers = 0
            var threads = 0
        }

        /// How long a client may wait for room to send into. The server reads little of what it could, but it reads.
        private static let patience = Duration.seconds(10)

        /// - Throws: also if a fast client beside them is not answered, or if what a slow one sends is not read.
        static func run(on subject: Subject, overUnix: Bool = false) throws -> Outcome {
            // Memory for all that land a body: what is looked at is not the waiting for it.
            let path = overUnix ? "/tmp/read-path-\(getpid()).socket" : nil
            let server = try RunningServer(subject, threads: 2, memory: 320 << 20, unixPath: path)
            defer { if let path { unsafe _ = unlink(path) } }
            let process = ProcessView(pid: server.child.pid)
            let idle = overUnix ? 0 : try server.idleThreads()
            // Half of it never comes. One row.
            let length = 2 * rounds * pieceBytes
            let head =
                "POST /predict?columns=\(length / 4) HTTP/1.1\r\nHost: slow\r\nContent-Length: \(length)\r\n\r\n"
            let sockets = try (0..<clients).map { _ in
                let socket =
                    try path.map(connectUnix)
                    ?? TCPSocket.connect(
                        to: server.endpoint, blocking: true, timeout: patience, congestionControl: nil
                    ).descriptor
                try send(Array(head.utf8), to: socket)
                return socket
            }
            let piece = [UInt8](repeating: 0, count: pieceBytes)
            var outcome = Outcome()
            for round in 0..<rounds {
                for socket in sockets { try send(piece, to: socket) }
                // Pieces that come together wake once.
                sleep(milliseconds: 1)
                if round % 50 == 49 {
                    let threads = try process.threads()
                    outcome.threads = max(outcome.threads, threads.count - idle)
                    outcome.kernelWorkers = max(
                        outcome.kernelWorkers, threads.count { $0.name.hasPrefix("iou-wrk") })
                }
                if round == rounds / 2, !overUnix {
                    let session = try server.session(.large)
                    try server.take(2, of: .large, over: session)
                    session.disconnect()
                }
            }
            return outcome
        }

        /// A server that has answered slow clients and closed is not what is looked at: that is no error. One that
        /// reads no more is, for its clients would wait without end, and nobody would learn why.
        private static func send(_ bytes: [UInt8], to socket: Descriptor) throws {
            let sent = unsafe Glibc.send(socket.number, bytes, bytes.count, Int32(MSG_NOSIGNAL))
            guard sent < bytes.count, sent >= 0 || errno == EAGAIN else { return }
            throw NotRead(patience: patience)
        }

        struct NotRead: Error, CustomStringConvertible {
            var patience: Duration

            var description: String { "a slow client's body was not read for \(patience)" }
        }

        private static func connectUnix(_ path: String) throws -> Descriptor {
            let socket = Descriptor(Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0))
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
            let connected = unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe connect(socket.number, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
                }
            }
            try #require(connected, "cannot connect to \(path): errno \(errno)")
            var limit = timeval(tv_sec: Int(patience.components.seconds), tv_usec: 0)
            unsafe setsockopt(
                socket.number, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
            return socket
        }
    }
#endif
