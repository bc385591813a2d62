public import ArgumentParser
public import Logging
public import Sizes
public import Sluice

extension BodyPlacement: ExpressibleByArgument {}
extension Logger.Level: @retroactive ExpressibleByArgument {}

extension ByteSize: ExpressibleByArgument {
    /// Reads `30MB`, `1MiB` or a number of bytes.
    public init?(argument: String) {
        guard let size = try? ByteSize(argument) else { return nil }
        self = size
    }

    /// As it is written in the help.
    public var defaultValueDescription: String { description }
}

extension TimeSpan: ExpressibleByArgument {
    /// Reads `5s`, `500ms` or `2m`.
    public init?(argument: String) {
        guard let time = try? TimeSpan(argument) else { return nil }
        self = time
    }

    /// As it is written in the help.
    public var defaultValueDescription: String { description }
}
