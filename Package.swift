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

// A target imports only what stands on a lower floor.
let package = Package(
    name: "sluice",
    products: [
        .executable(name: "ingest-bench", targets: ["IngestBench"]),
        // Preloaded into a server to count the bytes it moves and the memory it asks for.
        .library(name: "copy-counter", type: .dynamic, targets: ["CCopyCounter"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0")
    ],
    targets: [
        // Floor 0: the C that Swift stands on.
        .systemLibrary(name: "CLiburing", pkgConfig: "liburing", providers: [.apt(["liburing-dev"])]),
        .target(name: "CPlatform"),
        .testTarget(name: "CPlatformTests", dependencies: ["CPlatform"], swiftSettings: strict),
        .target(name: "CLoadPlatform"),
        .target(name: "CCopyCounterPage"),
        .target(name: "CCopyCounter", dependencies: ["CCopyCounterPage"]),

        // Floor 1: each of these knows nothing of the others.
        // libm for squareRoot(), which is a call of sqrtf in a debug build.
        .target(
            name: "Reduction", dependencies: ["CPlatform"], swiftSettings: strict,
            linkerSettings: [.linkedLibrary("m")]),
        .testTarget(name: "ReductionTests", dependencies: ["Reduction"], swiftSettings: strict),

        // Floor 2: the client side.
        .target(
            name: "LoadGenerator",
            dependencies: [
                "CLoadPlatform", "CCopyCounterPage", .product(name: "Histogram", package: "hdrhistogram-swift"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "LoadGeneratorTests", dependencies: ["LoadGenerator", "CLoadPlatform"], swiftSettings: strict),

        // Floor 3: what people run.
        .executableTarget(
            name: "IngestBench",
            dependencies: [
                "LoadGenerator", "Reduction", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "IngestBenchTests",
            dependencies: [
                "IngestBench", "LoadGenerator", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),

        // Measuring.
        .executableTarget(
            name: "KernelBench", dependencies: ["Reduction"], path: "bench/kernels", swiftSettings: strict),
    ],
    cLanguageStandard: .gnu11
)
