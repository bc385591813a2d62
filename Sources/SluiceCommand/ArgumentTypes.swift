public import ArgumentParser
public import Logging
public import Sizes
public import Sluice

extension BodyPlacement: ExpressibleByArgument {}
extension Logger.Level: @retroactive ExpressibleByArgument {}

extension ByteSize: ExpressibleByArgument {
    public init?(argument: String) {
        guard let size = try? ByteSize(argument) else { return nil }
        self = size
    }

    public var defaultValueDescription: String { description }
}
