// Servers for the read-path tests, started as `sluice` is:
//
//     ReadPathDoubles none | whole-copy | … [--count-only]
//
// reads bodies worse than Sluice in one way, the checks' positive control. It speaks as much of the contract
// of `POST /predict` as they use, with a thread for each connection, named as Sluice names its reactors: the
// checks look for those.
//
//     ReadPathDoubles sluice [THREADS]
//
// is Sluice itself, as a library, with a kernel that looks at no byte: what is left is the cost of reading.
// `sluice serve` has no such route, and should not have one.
internal import Glibc

func announce(_ address: String, _ what: String) {
    print("read-path-doubles: listening on \(address) (\(what))")
    fflush(nil)
}

let arguments = CommandLine.arguments.dropFirst()
if arguments.first == "sluice" {
    try await serveWithoutKernel(threads: arguments.dropFirst().first.flatMap { Int($0) } ?? 1)
} else if let fault = arguments.first.flatMap(Fault.init) {
    serve(fault, countOnly: arguments.contains("--count-only"))
} else {
    print(
        "usage: ReadPathDoubles sluice [THREADS] | \(Fault.allCases.map(\.rawValue).joined(separator: " | "))"
    )
    exit(EXIT_FAILURE)
}
