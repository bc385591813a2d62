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
    products: [],
    dependencies: [],
    targets: [
        // Floor 0: the C that Swift stands on.
        .systemLibrary(name: "CLiburing", pkgConfig: "liburing", providers: [.apt(["liburing-dev"])]),

        // Floor 1: one subject each; no target here knows another.
        .target(name: "Uring", dependencies: ["CLiburing"], swiftSettings: strict),

        // Tests mirror the targets.
        // A kernel with a seed, on which the whole server runs in the tests. Never in a product.
        .target(
            name: "SimulatedRing", dependencies: ["Uring"], path: "Tests/SimulatedRing",
            swiftSettings: strict),
        .testTarget(
            name: "SimulatedRingTests", dependencies: ["SimulatedRing", "Uring"], swiftSettings: strict),
        .testTarget(name: "UringTests", dependencies: ["Uring"], swiftSettings: strict),
    ],
    cLanguageStandard: .gnu11
)
