/// Finds parameters in a query, without decoding or allocating.
public enum QueryParameter: Sendable, Equatable {
    /// The query has no parameter of that name.
    case absent
    /// Where its value lies, counted from the query's first byte. Empty for `name=` and for `name` alone.
    case value(ByteRange)
    /// It is there more than once. Which one is meant cannot be known, so the route refuses the request.
    case repeated

    /// Finds a parameter.
    ///
    /// Parameters stand between `&`. Names and values are compared and given as they were sent: a
    /// percent-encoded name is another name.
    ///
    /// - Parameters:
    ///   - name: the parameter's name, in its own case.
    ///   - query: what follows the `?`; at most 65,535 bytes.
    public static func find(_ name: StaticString, in query: RawSpan) -> QueryParameter {
        var result = QueryParameter.absent
        var start = 0
        while start < query.byteCount {
            var end = start
            var nameEnd: Int?
            while end < query.byteCount, query.byte(at: end) != ASCII.ampersand {
                if nameEnd == nil, query.byte(at: end) == ASCII.equals { nameEnd = end }
                end += 1
            }
            if query.extracting(start..<(nameEnd ?? end)).equals(name) {
                guard case .absent = result else { return .repeated }
                result = .value(ByteRange(min((nameEnd ?? end) + 1, end)..<end))
            }
            start = end + 1
        }
        return result
    }
}
