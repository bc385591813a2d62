/// Why a request is refused.
public struct Refusal: Error, Sendable {
    /// The answer's status.
    public let status: Status
    /// One plain sentence for the client: what was expected, or what came. It is visible ASCII and spaces
    /// without quotes or backslashes, so it can stand in a JSON string as it is.
    public let reason: StaticString

    /// Makes a refusal.
    public init(_ status: Status, _ reason: StaticString) {
        self.status = status
        self.reason = reason
    }

    /// The commonest refusal: the bytes are not a request.
    static func badRequest(_ reason: StaticString) -> Refusal { Refusal(.badRequest, reason) }
}
