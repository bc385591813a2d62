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
    ],
    dependencies: [
    ],
    targets: [
        // Floor 0: the C that Swift stands on.
        .systemLibrary(name: "CLiburing", pkgConfig: "liburing", providers: [.apt(["liburing-dev"])]),
        .target(name: "CPlatform"),

        // Floor 1: one subject each; no target here knows another.
        .target(name: "Uring", dependencies: ["CLiburing"], swiftSettings: strict),
        .target(name: "HTTP1", swiftSettings: strict),
        // libm for squareRoot(), which is a call of sqrtf in a debug build.
        .target(
            name: "Reduction", dependencies: ["CPlatform"], swiftSettings: strict,
            linkerSettings: [.linkedLibrary("m")]),

        // Measuring.
        .executableTarget(
            name: "KernelBench", dependencies: ["Reduction"], path: "bench/kernels", swiftSettings: strict),

        // Tests mirror the targets.
        .testTarget(name: "UringTests", dependencies: ["Uring"], swiftSettings: strict),
        .testTarget(name: "CPlatformTests", dependencies: ["CPlatform"], swiftSettings: strict),
        .testTarget(
            name: "HTTP1Tests", dependencies: ["HTTP1"], exclude: ["Cases"], swiftSettings: strict),
        .testTarget(name: "ReductionTests", dependencies: ["Reduction"], swiftSettings: strict),
    ],
    cLanguageStandard: .gnu11
)
