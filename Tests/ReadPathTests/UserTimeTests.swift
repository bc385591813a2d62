#if !DEBUG
    import Foundation
    import LoadGenerator
    import Testing

    extension Check {
        /// User-mode processor time of 300 bodies that no kernel looks at, as a part of what a `memcpy` of the same
        /// bytes takes, measured in turns with it. The only check of time; what it must tell apart is far apart.
        static let userTime = Check(name: "user-time-in-memcpys") { subject in
            let server = try RunningServer(subject)
            let process = ProcessView(pid: server.child.pid)
            let session = try server.session(.large)
            defer { session.disconnect() }
            try server.take(5, of: .large, over: session)
            let copies = CopyLoop(byteCount: Body.large.bytes.byteCount)
            copies.run(5)
            var (serving, copying) = (0.0, 0.0)
            for _ in 0..<5 {
                let before = try process.userSeconds()
                try server.take(60, of: .large, over: session)
                serving += try process.userSeconds() - before
                copying += copies.run(60)
            }
            return serving / copying
        }
    }

    /// `memcpy` from one touched buffer to another.
    @safe
    private final class CopyLoop {
        private let from, to: UnsafeMutableRawBufferPointer

        init(byteCount: Int) {
            unsafe from = .allocate(byteCount: byteCount, alignment: 4096)
            unsafe to = .allocate(byteCount: byteCount, alignment: 4096)
            unsafe from.initializeMemory(as: UInt8.self, repeating: 1)
            unsafe to.initializeMemory(as: UInt8.self, repeating: 2)
        }

        deinit {
            unsafe from.deallocate()
            unsafe to.deallocate()
        }

        /// - Returns: the processor seconds it took.
        @discardableResult
        func run(_ times: Int) -> Double {
            let before = Self.processorSeconds
            for _ in 0..<times { unsafe memcpy(to.baseAddress!, from.baseAddress!, from.count) }
            return Self.processorSeconds - before
        }

        private static var processorSeconds: Double {
            var time = timespec()
            unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
            return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
        }
    }

    extension ReadPath {
        struct UserTime {
            @Test func ofReadingAloneIsUnderHalfAMemcpy() throws {
                try Check.userTime.holds(for: .withoutKernel, by: .streamed)
            }

            @Test func showsACopyOfTheWholeBody() throws {
                try Check.userTime.catches(.wholeCopy, countOnly: true)
            }
        }
    }
#endif
