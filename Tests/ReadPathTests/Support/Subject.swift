#if !DEBUG
    import LoadGenerator

    /// A server that a check measures: always a program of its own, always as it was built to be released.
    enum Subject: Sendable, CustomStringConvertible {
        /// The real `sluice serve`.
        case sluice(Reading)
        /// The same, with Linux's own choice of receive buffers and no bound on them.
        case untuned
        /// The same, streamed, for those alone who show the token in that file, from pages of that origin.
        case guarded(tokenFile: String, token: String, origin: String)
        /// Sluice with a kernel that looks at no byte.
        case withoutKernel
        /// A reader that does one thing worse; see `Tests/ReadPathDoubles/Fault.swift`.
        case worse(Fault, countOnly: Bool = false)

        /// Names of the program `ReadPathDoubles`, as its command line takes them.
        enum Fault: String, Sendable {
            case none
            case wholeCopy = "whole-copy"
            case smallPieces = "small-pieces"
            case elementLoop = "element-loop"
            case allocation
            case freshMemory = "fresh-memory"
            case waitAll = "wait-all"
            case ownBuffers = "own-buffers"
        }

        var program: Program {
            switch self {
            case .sluice, .untuned, .guarded: .sluice
            case .withoutKernel, .worse: .doubles
            }
        }

        /// - Parameters:
        ///   - memory: the budget of landed bodies.
        ///   - unixPath: where it listens, if not on a port.
        func arguments(threads: Int, memory: Int, unixPath: String? = nil) -> [String] {
            switch self {
            case .sluice(let reading):
                ["serve", "--threads", "\(threads)"]
                    + (unixPath.map { ["--unix", $0] } ?? ["--host", "127.0.0.1", "--port", "0"])
                    + ["--max-body", "32MiB"] + reading.arguments(memory: memory)
            case .untuned:
                Subject.sluice(.streamed).arguments(threads: threads, memory: memory, unixPath: unixPath)
                    + ["--receive-buffer", "auto", "--socket-memory", "1GiB", "--low-water-mark", "1MiB"]
            case .guarded(let tokenFile, _, let origin):
                Subject.sluice(.streamed).arguments(threads: threads, memory: memory, unixPath: unixPath)
                    + ["--token-file", tokenFile, "--allow-origin", origin]
            case .withoutKernel: ["sluice"]
            case .worse(let fault, let countOnly): [fault.rawValue] + (countOnly ? ["--count-only"] : [])
            }
        }

        var description: String {
            switch self {
            case .sluice(let reading): "sluice, \(reading.rawValue)"
            case .untuned: "sluice, untuned"
            case .guarded: "sluice, guarded"
            case .withoutKernel: "sluice without a kernel"
            case .worse(let fault, let countOnly): "\(fault.rawValue)\(countOnly ? ", no kernel" : "")"
            }
        }

        /// What its clients have to say beside the request.
        var fields: [String] {
            switch self {
            case .guarded(_, let token, let origin): ["Authorization: Bearer \(token)", "Origin: \(origin)"]
            case .sluice, .untuned, .withoutKernel, .worse: []
            }
        }

        /// Whether it answers with the number of bytes.
        var countsOnly: Bool {
            switch self {
            case .sluice, .untuned, .guarded: false
            case .withoutKernel: true
            case .worse(_, let countOnly): countOnly
            }
        }
    }

    /// How a body is read, with what the thresholds are for.
    enum Reading: String, Sendable, CaseIterable {
        case streamed
        case landed

        func arguments(memory: Int) -> [String] {
            switch self {
            case .streamed: []
            case .landed: ["--body", "landed", "--memory", "\(memory)"]
            }
        }
    }
#endif
