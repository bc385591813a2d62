/// What one request head says. All text is ranges of the head buffer; nothing is copied or allocated.
///
/// Hand the same buffer back to the methods that take `bytes`.
public struct RequestHead: Sendable {
    /// The request's method.
    public internal(set) var method = Method.get
    /// The request's version.
    public internal(set) var version = Version.http11
    /// The request target as it was sent.
    public internal(set) var target = ByteRange.empty
    /// The path within the target, percent-encoding untouched. Empty for the asterisk form, and for an
    /// absolute form without a path, which means `/`: see ``path(in:)``.
    public internal(set) var path = ByteRange.empty
    /// What follows the target's first `?`. Empty when there is none.
    public internal(set) var query = ByteRange.empty
    /// Whether the target is `*`: the request is `OPTIONS *`.
    public internal(set) var isAsteriskForm = false
    /// How the end of the body is found.
    public internal(set) var framing = BodyFraming.none
    /// Whether the client leaves the connection open: 1.1 without `Connection: close`, or 1.0 with `keep-alive`.
    public internal(set) var keepsAlive = true
    /// Whether the client waits for `100 Continue`. Never for HTTP/1.0 (RFC 9110 section 10.1.1), nor when
    /// no body byte is to come.
    public internal(set) var expectsContinue = false
    /// Bytes of the whole head, from the buffer's first byte (empty lines before the request line included)
    /// through the empty line that ends it. The body, or the next request, begins here.
    public internal(set) var byteCount = 0
    /// How many fields the head has.
    public internal(set) var fieldCount = 0

    /// The Host field. Never repeated: a second one is refused. Always there in HTTP/1.1.
    public internal(set) var host: ByteRange?
    /// The Content-Type field. Never repeated: a second one is refused.
    public internal(set) var contentType: ByteRange?
    /// The first Content-Encoding field that names a coding other than `identity`, or the first where none
    /// does. It may be repeated: decide by ``contentEncodingIsIdentity``.
    public internal(set) var contentEncoding: ByteRange?
    /// The first Accept field. A second one is legal, and is not looked at here.
    public internal(set) var accept: ByteRange?
    /// The Origin field. Never repeated: a second one is refused.
    public internal(set) var origin: ByteRange?
    /// The Authorization field. Never repeated: a second one is refused.
    public internal(set) var authorization: ByteRange?
    /// Whether no Content-Encoding field, first or later, names a coding other than `identity`.
    public internal(set) var contentEncodingIsIdentity = true

    private var fields = InlineArray<64, Field>(repeating: Field(name: .empty, value: .empty))

    private struct Field: Sendable {
        var name: ByteRange
        var value: ByteRange
    }

    /// The field at `index`, in the order sent; its value without the blanks around it.
    ///
    /// Traps when `index` is not below ``fieldCount``.
    public func field(at index: Int) -> (name: ByteRange, value: ByteRange) {
        precondition((0..<fieldCount).contains(index), "The head has no such field.")
        return (fields[index].name, fields[index].value)
    }

    /// The value of the first field called `name`, in either case.
    ///
    /// - Parameters:
    ///   - name: a field name without capital letters.
    ///   - bytes: the head buffer.
    public func firstValue(named name: StaticString, in bytes: RawSpan) -> ByteRange? {
        for index in 0..<fieldCount where bytes.extracting(fields[index].name).equalsIgnoringCase(name) {
            return fields[index].value
        }
        return nil
    }

    /// The bytes of the path: `/` where an absolute form has none, empty for the asterisk form.
    ///
    /// - Parameter bytes: the head buffer.
    @_lifetime(copy bytes)
    public func path(in bytes: RawSpan) -> RawSpan {
        if path.isEmpty, !isAsteriskForm { return ("/" as StaticString).bytes }
        return bytes.extracting(path)
    }

    /// The bytes of the query, without its `?`.
    ///
    /// - Parameter bytes: the head buffer.
    @_lifetime(copy bytes)
    public func query(in bytes: RawSpan) -> RawSpan {
        bytes.extracting(query)
    }

    mutating func append(name: ByteRange, value: ByteRange) {
        fields[fieldCount] = Field(name: name, value: value)
        fieldCount += 1
    }

    /// Forgets the last request. The fields stay as they are: nothing reads past ``fieldCount``.
    mutating func reset() {
        method = .get
        version = .http11
        target = .empty
        path = .empty
        query = .empty
        isAsteriskForm = false
        framing = .none
        keepsAlive = true
        expectsContinue = false
        byteCount = 0
        fieldCount = 0
        host = nil
        contentType = nil
        contentEncoding = nil
        accept = nil
        origin = nil
        authorization = nil
        contentEncodingIsIdentity = true
    }
}
