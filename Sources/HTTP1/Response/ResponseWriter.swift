/// Writes a response into the caller's memory, never past its end and without allocating.
///
/// ```swift
/// var response = unsafe ResponseWriter(into: buffer)
/// response.head(
///     status: .ok, contentType: "application/octet-stream", contentLength: 4, connection: .implied, date: now)
/// response.endHead()
/// response.write(value.bytes)
/// ```
///
/// A piece that does not fit is left out, and so is everything after it: ``overflowed`` is then true and the
/// bytes must not be sent. To send text whose length is not known beforehand, write it with a second writer
/// into scratch memory and hand its ``written`` bytes to ``write(_:)-(RawSpan)``.
@safe
public struct ResponseWriter: ~Copyable {
    /// What a server sends to a client that waits with its body: the whole interim response.
    public static let continueLine: StaticString = "HTTP/1.1 100 Continue\r\n\r\n"

    private let memory: UnsafeMutableRawBufferPointer

    /// How many bytes are written.
    public private(set) var count = 0

    /// Whether something did not fit. What is written is then only a part.
    public private(set) var overflowed = false

    /// Makes a writer.
    ///
    /// - Parameter memory: where to write. It must stay valid, and be written by nobody else, as long as the
    ///   writer is used.
    @unsafe
    public init(into memory: UnsafeMutableRawBufferPointer) {
        unsafe self.memory = memory
    }

    /// The bytes written so far.
    public var written: RawSpan {
        @_lifetime(borrow self)
        borrowing get {
            let span = unsafe RawSpan(_unsafeBytes: UnsafeRawBufferPointer(rebasing: memory[..<count]))
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    // MARK: Head

    /// Writes the status line and the fields that every response has. More fields may follow; ``endHead()``
    /// ends the head.
    ///
    /// - Parameters:
    ///   - status: with 204, `contentType` and `contentLength` are left out (RFC 9110 section 8.6).
    ///   - contentType: the media type of the content, or nil for none.
    ///   - contentLength: how many bytes the content has. The same for HEAD, whose content is not sent.
    ///   - connection: what becomes of the connection.
    ///   - date: the present moment.
    public mutating func head(
        status: Status, contentType: StaticString?, contentLength: Int, connection: ConnectionField,
        date: HTTPDate
    ) {
        write("HTTP/1.1 ")
        write(status.code)
        write(" ")
        write(status.reasonPhrase)
        write("\r\nDate: ")
        write(date.bytes)
        write("\r\n")
        if status.hasContent {
            if let contentType { field("Content-Type", contentType) }
            field("Content-Length", contentLength)
        }
        switch connection {
        case .implied: break
        case .keepAlive: field("Connection", "keep-alive")
        case .close: field("Connection", "close")
        }
    }

    /// Writes a field.
    public mutating func field(_ name: StaticString, _ value: StaticString) {
        write(name)
        write(": ")
        write(value)
        write("\r\n")
    }

    /// Writes a field whose value is a number.
    public mutating func field(_ name: StaticString, _ value: Int) {
        write(name)
        write(": ")
        write(value)
        write("\r\n")
    }

    /// Writes a field whose value is known only when running: an `Allow` list put together at start-up, say.
    ///
    /// - Parameter value: it must come from the operator or from checked text. A line end in it would let
    ///   its author write the rest of the response.
    public mutating func field(_ name: StaticString, _ value: RawSpan) {
        write(name)
        write(": ")
        write(value)
        write("\r\n")
    }

    /// Ends the head.
    public mutating func endHead() {
        write("\r\n")
    }

    // MARK: Text, in the head or the body

    /// Writes text.
    public mutating func write(_ text: StaticString) {
        write(text.bytes)
    }

    /// Writes bytes.
    public mutating func write(_ bytes: RawSpan) {
        let room = unsafe memory.count - count
        guard !overflowed, bytes.byteCount <= room else {
            overflowed = true
            return
        }
        unsafe bytes.withUnsafeBytes { source in
            unsafe UnsafeMutableRawBufferPointer(rebasing: memory[count...]).copyMemory(from: source)
        }
        count += bytes.byteCount
    }

    /// Writes a number that is not negative in hexadecimal, as chunk sizes are.
    public mutating func write(hexadecimal number: Int) {
        var digits = InlineArray<16, UInt8>(repeating: 0)
        var start = digits.count
        var rest = number.magnitude
        repeat {
            start -= 1
            let digit = UInt8(rest & 15)
            digits[start] = digit < 10 ? ASCII.zero + digit : UInt8(ascii: "a") + digit - 10
            rest >>= 4
        } while rest > 0
        write(digits.span.rawBytes.extracting(start..<digits.count))
    }

    /// Writes a number in decimal.
    public mutating func write(_ number: Int) {
        var digits = InlineArray<20, UInt8>(repeating: 0)
        var start = digits.count
        var rest = number.magnitude
        repeat {
            start -= 1
            digits[start] = ASCII.zero + UInt8(rest % 10)
            rest /= 10
        } while rest > 0
        if number < 0 {
            start -= 1
            digits[start] = 0x2D
        }
        write(digits.span.rawBytes.extracting(start..<digits.count))
    }
}
