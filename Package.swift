// swift-tools-version: 6.2
import PackageDescription

/// What every Swift target of ours is compiled with.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableExperimentalFeature("Lifetimes"),
]

/// What the examples of the documentation are compiled with.
let asAClient: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]

// A target imports only what stands on a lower floor.
let package = Package(
    name: "sluice",
    products: [
        .library(name: "Sluice", targets: ["Sluice", "Reduction"]),
        .executable(name: "sluice", targets: ["SluiceCommand"]),
        .executable(name: "ingest-bench", targets: ["IngestBench"]),
        .executable(name: "soak", targets: ["Soak"]),
        .executable(name: "compare", targets: ["Compare"]),
        // Preloaded into a server to count the bytes it moves and the memory it asks for.
        .library(name: "copy-counter", type: .dynamic, targets: ["CCopyCounter"]),
    ],
    dependencies: [
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // Floor 0: the C that Swift stands on.
        .systemLibrary(name: "CLiburing", pkgConfig: "liburing", providers: [.apt(["liburing-dev"])]),
        .target(name: "CPlatform"),
        .target(name: "CLoadPlatform", dependencies: ["CPlatform"]),
        .target(name: "CCopyCounterPage"),
        .target(name: "CCopyCounter", dependencies: ["CCopyCounterPage"]),

        // Floor 1: one subject each; no target here knows another.
        .target(name: "Uring", dependencies: ["CLiburing", "CPlatform"], swiftSettings: strict),
        .target(name: "HTTP1", swiftSettings: strict),
        .target(name: "Sizes", swiftSettings: strict),
        .target(name: "Charts", swiftSettings: strict),
        .target(name: "Terminal", swiftSettings: strict),
        // libm for squareRoot(), which is a call of sqrtf in a debug build.
        .target(
            name: "Reduction", dependencies: ["CPlatform"], swiftSettings: strict,
            linkerSettings: [.linkedLibrary("m")]),

        // Floor 2: the server, and the client side, which know nothing of each other.
        .target(
            name: "Sluice",
            dependencies: [
                "CPlatform", "Uring", "HTTP1", "Reduction",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "HeapModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),

        .target(
            name: "LoadGenerator",
            dependencies: [
                "CLoadPlatform", "CCopyCounterPage", "CPlatform",
                .product(name: "Histogram", package: "hdrhistogram-swift"),
            ],
            swiftSettings: strict),

        // Floor 3: the commands.
        .executableTarget(
            name: "IngestBench",
            dependencies: [
                "CPlatform", "Charts", "LoadGenerator", "Reduction", "Sizes", "Terminal",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "Soak",
            dependencies: [
                "Charts", "LoadGenerator", "Reduction", "Sizes", "Terminal",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "Compare",
            dependencies: [
                "Charts", "LoadGenerator", "Reduction", "Sizes", "Terminal",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "SluiceCommand",
            dependencies: [
                "Sluice", "Uring", "Reduction", "Sizes", "CPlatform",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),

        // Measuring: floor 3 too.
        .executableTarget(
            name: "KernelBench", dependencies: ["Reduction"], path: "bench/kernels", swiftSettings: strict),

        // numpy's answers in fixtures/, for the tests that need them.
        .target(name: "Seeds", path: "Tests/Seeds", swiftSettings: strict),
        .target(name: "Fixtures", path: "Tests/Fixtures", swiftSettings: strict),

        // Tests mirror the targets.
        .testTarget(name: "SizesTests", dependencies: ["Sizes"], swiftSettings: strict),
        .testTarget(name: "TerminalTests", dependencies: ["Terminal"], swiftSettings: strict),
        .testTarget(name: "ChartsTests", dependencies: ["Charts", "ChartReaders"], swiftSettings: strict),
        // What reads pictures and tables back, for the tests of whoever draws them.
        .target(name: "ChartReaders", path: "Tests/ChartReaders", swiftSettings: strict),
        // A kernel with a seed, on which the whole server runs in the tests. Never in a product.
        .target(
            name: "SimulatedRing", dependencies: ["Uring"], path: "Tests/SimulatedRing",
            swiftSettings: strict),
        .testTarget(
            name: "SimulatedRingTests", dependencies: ["SimulatedRing", "Uring"], swiftSettings: strict),
        // The whole server on simulated rings: scenarios, and storms of faults from seeds.
        .testTarget(
            name: "SimulationTests",
            dependencies: [
                "Sluice", "SimulatedRing", "Uring", "HTTP1", "Reduction",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        // CLiburing: to queue what Uring itself never would.
        .testTarget(
            name: "UringTests", dependencies: ["Uring", "CLiburing", "CPlatform"], swiftSettings: strict),
        .testTarget(name: "CPlatformTests", dependencies: ["CPlatform"], swiftSettings: strict),
        .testTarget(
            name: "HTTP1Tests", dependencies: ["HTTP1", "Seeds"], exclude: ["Cases"], swiftSettings: strict),
        .testTarget(
            name: "LoadGeneratorTests", dependencies: ["LoadGenerator", "CLoadPlatform"],
            swiftSettings: strict),
        .testTarget(
            name: "IngestBenchTests",
            dependencies: [
                "ChartReaders", "IngestBench", "LoadGenerator", "Sizes",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "SoakTests",
            dependencies: [
                "ChartReaders", "LoadGenerator", "Soak",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "CompareTests",
            dependencies: [
                "ChartReaders", "Charts", "Compare", "LoadGenerator",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "SluiceTests",
            dependencies: [
                "Sluice", "Uring", "HTTP1", "Reduction", "Seeds",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "ReductionTests", dependencies: ["Reduction", "Fixtures", "Seeds"], swiftSettings: strict),
        .testTarget(
            name: "SluiceCommandTests",
            dependencies: [
                "SluiceCommand", "Sluice", "Uring",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),
        // Starts a command as a container would: under a filter of system calls.
        .executableTarget(name: "SeccompLauncher", path: "Tests/SeccompLauncher"),
        // The command itself, as a process of its own, over real sockets.
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "SluiceCommand", "DocExamples", "HandlerService", "SeccompLauncher", "Fixtures", "Seeds",
            ],
            swiftSettings: strict),
        // The listings of the articles, as a client would compile them: `DocExamplesTests` holds the one to the other.
        .executableTarget(
            name: "DocExamples",
            dependencies: ["Sluice", "Reduction", .product(name: "HTTPTypes", package: "swift-http-types")],
            path: "Tests/DocExamples", swiftSettings: asAClient),
        .testTarget(
            name: "DocExamplesTests", dependencies: ["DocExamples", "Reduction", "Seeds"],
            exclude: ["Manifest.swift"], swiftSettings: asAClient),
        // A service with handlers of every kind, whose limits the tests choose.
        .executableTarget(
            name: "HandlerService",
            dependencies: [
                "Sluice",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            path: "Tests/HandlerService", swiftSettings: strict),
        // The read path is measured in release programs, from outside; one of them is made for that alone.
        .executableTarget(
            name: "ReadPathDoubles",
            dependencies: [
                "CLiburing", "CPlatform", "HTTP1", "Reduction", "Sluice",
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "Tests/ReadPathDoubles", swiftSettings: strict),
        .testTarget(
            name: "ReadPathTests", dependencies: ["LoadGenerator", "Reduction"],
            exclude: ["read-path-thresholds.json"], swiftSettings: strict),
    ],
    cLanguageStandard: .gnu11
)

// Tests/run builds some tests a second and a third time, and what only other tests need is not built with them.
// "memory", for the address sanitizer: unit and simulation tests. "threads", for the thread sanitizer: the tests of reactors,
// pool and ring, and the server as a process; on simulated rings all of it runs on one thread. "release": what depends on the
// optimiser, or would take a debug build hours.
if let part = Context.environment["SLUICE_TESTS"] {
    let server: Set<String> = [
        "CLiburing", "CPlatform", "Uring", "HTTP1", "Reduction", "Sluice", "Seeds", "Fixtures",
    ]
    let simulation: Set<String> = ["SimulatedRing", "SimulationTests", "ReductionTests"]
    let units: Set<String> = ["UringTests", "CPlatformTests", "SluiceTests"]
    let others: [String: Set<String>] = [
        "memory": simulation.union(units).union(["SimulatedRingTests", "HTTP1Tests", "Sizes", "SizesTests"]),
        "threads": units.union([
            "Sizes", "SluiceCommand", "EndToEndTests", "DocExamples", "HandlerService", "SeccompLauncher",
        ]),
        "release": simulation.union(["CLoadPlatform", "CCopyCounterPage", "LoadGenerator", "ReadPathTests"]),
    ]
    guard let others = others[part] else { fatalError("SLUICE_TESTS is memory, threads or release") }
    package.targets.removeAll { !server.union(others).contains($0.name) }
    package.products.removeAll { !["Sluice", part == "threads" ? "sluice" : ""].contains($0.name) }
}
