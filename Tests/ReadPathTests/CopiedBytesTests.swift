#if !DEBUG
    import LoadGenerator
    import Testing

    extension Check {
        /// Bytes that `memcpy` and its kin moved for a body, whatever their size, beyond what a 4-byte body costs.
        static let copiedBytes = Check(name: "user-bytes-per-body") { subject in
            let counter = try CopyCounter()
            let server = try RunningServer(
                subject, environment: counter.environment(library: try Program.copyCounter.path()))
            try #require(counter.isLoaded, "\(subject) has not loaded the copy counter")
            func slope(_ body: Body) throws -> Double {
                try server.slope(of: body) { Double(counter.total.bytesCopied) }
            }
            return try slope(.large) - slope(.small)
        }
    }

    extension ReadPath {
        struct CopiedBytes {
            @Test(arguments: [Reading.streamed, .landed])
            func ofABodyStayUnderAHeadBuffer(reading: Reading) throws {
                try Check.copiedBytes.holds(for: reading)
            }

            @Test func ofAPlainReaderAreNone() throws { try Check.copiedBytes.passesPlainReader() }

            @Test func showACopyOfTheWholeBody() throws { try Check.copiedBytes.catches(.wholeCopy) }

            /// Why there is another check, of instructions.
            @Test func doNotShowALoopOverTheElements() throws {
                try Check.copiedBytes.holds(for: .worse(.elementLoop), by: .streamed)
            }
        }
    }
#endif
