/// Why a request is refused.
public struct Refusal: Error, Sendable {
    /// The answer's status.
    public let status: Status
    /// One plain sentence for the client: what was expected, or what came. It is visible ASCII and spaces
    /// without quotes or backslashes, so it can stand in a JSON string as it is.
    public let reason: StaticString
    /// The number or the bytes that the sentence ends with.
    public let detail: Detail

    /// What a sentence that is known beforehand cannot say.
    public enum Detail: Sendable {
        /// Nothing: the sentence says it all.
        case none
        /// The most that is taken.
        case limit(Int)
        /// The most that is taken, and what this request would need.
        case exceeded(limit: Int, by: Int)
        /// The beginning of what came.
        case came(Excerpt)
    }

    /// Makes a refusal.
    public init(_ status: Status, _ reason: StaticString, _ detail: Detail = .none) {
        self.status = status
        self.reason = reason
        self.detail = detail
    }

    /// The commonest refusal: the bytes are not a request.
    static func badRequest(_ reason: StaticString, _ detail: Detail = .none) -> Refusal {
        Refusal(.badRequest, reason, detail)
    }
}

extension ResponseWriter {
    /// Writes the whole sentence, fit for a JSON string as it is. It adds at most 70 bytes to the reason.
    public mutating func write(_ refusal: Refusal) {
        write(refusal.reason)
        switch refusal.detail {
        case .none: break
        case .limit(let limit):
            write("; the limit is ")
            write(limit)
        case .exceeded(let limit, let needed):
            write("; the limit is ")
            write(limit)
            write(", this is ")
            write(needed)
        case .came(let excerpt):
            write("; this is ")
            write(excerpt)
        }
    }
}
