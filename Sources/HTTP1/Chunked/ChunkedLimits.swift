/// What a chunked body may carry beside its data. All of it is read and dropped, so none of it may be endless.
public struct ChunkedLimits: Sendable, Equatable {
    /// Bytes of chunk extensions in the whole body, semicolons included.
    public var extensionBytes: Int
    /// Chunks that hold data; the last chunk, which holds none, is not counted.
    public var chunks: Int
    /// Bytes of all trailer lines, line ends included; the empty line after them is not counted.
    public var trailerBytes: Int
    /// Trailer fields.
    public var trailerFields: Int

    /// Makes limits; the defaults are what Sluice has.
    public init(
        extensionBytes: Int = 4096, chunks: Int = 65536, trailerBytes: Int = 4096, trailerFields: Int = 16
    ) {
        self.extensionBytes = extensionBytes
        self.chunks = chunks
        self.trailerBytes = trailerBytes
        self.trailerFields = trailerFields
    }
}
