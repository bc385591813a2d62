// snippet: manifest
// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "hello",
    dependencies: [.package(path: "../sluice")],
    targets: [
        .executableTarget(
            name: "hello", dependencies: [.product(name: "Sluice", package: "sluice")])
    ]
)
// end
