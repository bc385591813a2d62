// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let package = Package(
    name: "services",
    targets: [
        // The work of /cpu: see bench/peers/text, whose data it reads.
        .target(name: "TextTagger", swiftSettings: strict),
        .testTarget(name: "TextTaggerTests", dependencies: ["TextTagger"], swiftSettings: strict),
    ]
)
