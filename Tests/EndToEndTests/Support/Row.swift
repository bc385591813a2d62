/// A row of HTTP.md: bytes sent, and what must come back.
struct Row: CustomStringConvertible {
    enum After {
        /// The next request on the connection is answered.
        case keeps
        /// The answer says so, then comes FIN, and no reset.
        case closes
    }

    let name: String
    let bytes: [UInt8]
    let status: Int
    let after: After
    /// A part of a refusal's sentence.
    let says: String
    var isHead = false
    /// Statuses of the answers to what follows the request in the same bytes; nil where nothing follows it.
    /// None for what must not be taken for a request.
    var further: [Int]?
    /// Whether the client says that nothing follows its request, and something does: the server may close at once, and what
    /// comes then is met by a reset. The answer is there all the same.
    private(set) var breaksItsPromise = false
    /// Fields that the answer must have.
    var fields: [String: String] = [:]
    var description: String { name }

    init(
        _ name: String, _ text: String, _ status: Int, _ after: After, _ says: String = "",
        isHead: Bool = false, further: [Int]? = nil, fields: [String: String] = [:]
    ) {
        self.init(
            name, Array(text.utf8), status, after, says, isHead: isHead, further: further, fields: fields)
    }

    init(
        _ name: String, _ bytes: [UInt8], _ status: Int, _ after: After, _ says: String = "",
        isHead: Bool = false, further: [Int]? = nil, fields: [String: String] = [:]
    ) {
        (self.name, self.bytes, self.status, self.after, self.says) = (name, bytes, status, after, says)
        (self.isHead, self.further, self.fields) = (isHead, further, fields)
    }

    var isRefusal: Bool { status >= 400 }

    var breakingItsPromise: Row {
        var row = self
        row.breaksItsPromise = true
        return row
    }

    /// The same from a client that takes JSON; nil where no line ends.
    var askingForJSON: Row? {
        guard let lineEnd = bytes.firstRange(of: [13, 10]) else { return nil }
        let field = Array("Accept: application/json\r\n".utf8)
        let row = Row(
            name, bytes[..<lineEnd.upperBound] + field + bytes[lineEnd.upperBound...], status, after, says,
            isHead: isHead, further: further, fields: fields)
        return breaksItsPromise ? row.breakingItsPromise : row
    }
}
