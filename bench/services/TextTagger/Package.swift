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

// The work of /cpu: see bench/peers/text, whose data it reads. A package of its own, so that its tests, which hold its
// answers to Python's, need nothing that the service needs.
let package = Package(
    name: "text-tagger",
    products: [.library(name: "TextTagger", targets: ["TextTagger"])],
    targets: [
        .target(name: "TextTagger", swiftSettings: strict),
        .testTarget(name: "TextTaggerTests", dependencies: ["TextTagger"], swiftSettings: strict),
    ]
)
