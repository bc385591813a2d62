internal import HTTP1
internal import HTTPTypes

/// Answers to bytes. Every refusal says in a sentence what was wrong: as plain text, or as JSON to a client
/// that accepts it by name.
struct ResponseEncoder {
    let date: HTTPDate
    let connection: ConnectionField
    let isHead: Bool
    let wantsJSON: Bool
    var isHTTP10 = false

    func write(_ answer: Answer, to writer: inout ResponseWriter) {
        switch answer {
        case .refusal(let refusal):
            writeText(refusal.status, to: &writer) { $0.write(refusal) }
        case .mismatch(let mismatch):
            writeText(mismatch.status, to: &writer) { mismatch.write(to: &$0) }
        case .methods(let methods, let refused): write(methods, refused: refused, to: &writer)
        case .result(let result): write(result, to: &writer)
        case .text(let status, let text):
            writeContent(status, "text/plain; charset=utf-8", to: &writer) { $0.write(text) }
        case .metrics, .response: preconditionFailure("a long answer")
        }
    }

    private func write(_ result: ReductionResult, to writer: inout ResponseWriter) {
        if wantsJSON {
            return writeContent(.ok, "application/json", to: &writer) { content in
                content.write("{\"value\":")
                content.write(json: result.value)
                content.write(",\"rows\":")
                content.write(result.rows)
                content.write(",\"columns\":")
                content.write(result.columns)
                content.write("}\n")
            }
        }
        writeContent(.ok, "application/octet-stream", to: &writer) { content in
            var bits = result.value.bitPattern.littleEndian
            unsafe withUnsafeBytes(of: &bits) { content.write(unsafe RawSpan(_unsafeBytes: $0)) }
        }
    }

    private func write(_ methods: MethodSet, refused: Method?, to writer: inout ResponseWriter) {
        guard let refused else {
            writer.head(
                status: .noContent, contentType: nil, contentLength: 0, connection: connection, date: date)
            writeAllow(methods, to: &writer)
            return writer.endHead()
        }
        writeText(.methodNotAllowed, to: &writer, fields: { writeAllow(methods, to: &$0) }) {
            $0.write("the methods of this path are ")
            $0.write(methods)
            $0.write("; this is ")
            $0.write(refused.name)
        }
    }

    private func writeAllow(_ methods: MethodSet, to writer: inout ResponseWriter) {
        writer.write("Allow: ")
        writer.write(methods)
        writer.write("\r\n")
    }

    // MARK: Content whose length is known only when it is written

    private func writeText(
        _ status: Status, to writer: inout ResponseWriter,
        fields: (inout ResponseWriter) -> Void = { _ in }, _ sentence: (inout ResponseWriter) -> Void
    ) {
        guard wantsJSON else {
            return writeContent(status, "text/plain; charset=utf-8", to: &writer, fields: fields) {
                sentence(&$0)
                $0.write("\n")
            }
        }
        writeContent(status, "application/json", to: &writer, fields: fields) { content in
            content.write("{\"status\":")
            content.write(status.code)
            content.write(",\"error\":\"")
            sentence(&content)
            content.write("\"}\n")
        }
    }

    private func writeContent(
        _ status: Status, _ type: StaticString, to writer: inout ResponseWriter,
        fields: (inout ResponseWriter) -> Void = { _ in }, _ write: (inout ResponseWriter) -> Void
    ) {
        unsafe withUnsafeTemporaryAllocation(byteCount: 512, alignment: 1) { scratch in
            var content = unsafe ResponseWriter(into: scratch)
            write(&content)
            precondition(!content.overflowed, "a short answer's content is longer than its memory")
            writer.head(
                status: status, contentType: type, contentLength: content.count, connection: connection,
                date: date)
            if status == .serviceUnavailable { writer.field("Retry-After", 1) }
            if status == .unauthorized { writer.field("WWW-Authenticate", "Bearer") }
            fields(&writer)
            writer.endHead()
            if !isHead { writer.write(content.written) }
        }
    }
}

extension ResponseEncoder {
    /// An upper bound of what a response's head adds to the fields that every response has.
    static func bytesNeeded(for response: Response) -> Int {
        let head = response.head
        return head.headerFields.reduce(head.status.reasonPhrase.utf8.count) {
            $0 + $1.name.rawName.utf8.count + $1.value.utf8.count + 4
        }
    }

    /// Whether anything follows the head.
    func sendsContent(of response: Response) -> Bool {
        !isHead && Status.hasContent(code: response.head.status.code)
    }

    /// The head and, after it, `inline`: the content, or nothing where it follows from where it is, or is written later.
    func write(_ response: Response, inline: [UInt8], to writer: inout ResponseWriter) {
        writer.write("HTTP/1.1 ")
        writer.write(response.head.status.code)
        writer.write(" ")
        writer.write(text: response.head.status.reasonPhrase)
        writer.write("\r\nDate: ")
        writer.write(date.bytes)
        writer.write("\r\n")
        for field in response.head.headerFields
        where field.name != .contentLength && field.name != .date && field.name != .connection
            && field.name != .transferEncoding
        {
            writer.write(text: field.name.rawName)
            writer.write(": ")
            // HTTPFields has replaced line ends in values.
            writer.write(text: field.value)
            writer.write("\r\n")
        }
        if Status.hasContent(code: response.head.status.code) {
            switch response.content {
            case .bytes(let bytes): writer.field("Content-Length", bytes.count)
            case .stream: if !isHTTP10 { writer.field("Transfer-Encoding", "chunked") }
            }
        }
        switch connection {
        case .implied: break
        case .keepAlive: writer.field("Connection", "keep-alive")
        case .close: writer.field("Connection", "close")
        }
        writer.endHead()
        unsafe inline.withUnsafeBytes { writer.write(unsafe RawSpan(_unsafeBytes: $0)) }
    }

    func write(metrics text: [UInt8], to writer: inout ResponseWriter) {
        writer.head(
            status: .ok, contentType: "text/plain; version=0.0.4; charset=utf-8",
            contentLength: text.count, connection: connection, date: date)
        writer.endHead()
        guard !isHead else { return }
        unsafe text.withUnsafeBytes { writer.write(unsafe RawSpan(_unsafeBytes: $0)) }
    }
}

extension ResponseWriter {
    mutating func write(text: String) {
        var text = text
        text.withUTF8 { write(unsafe RawSpan(_unsafeBytes: UnsafeRawBufferPointer($0))) }
    }

    fileprivate mutating func write(_ methods: MethodSet) {
        var isFirst = true
        for method in Method.allCases where methods.contains(MethodSet(method)) {
            if !isFirst { write(", ") }
            isFirst = false
            write(method.name)
        }
    }

    /// In seconds, or milliseconds where it is no whole number of them.
    fileprivate mutating func write(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        guard attoseconds != 0, seconds.magnitude < 1_000_000 else {
            write(Int(seconds))
            return write(" s")
        }
        write(Int(seconds * 1000 + attoseconds / 1_000_000_000_000_000))
        write(" ms")
    }
}

extension Mismatch {
    /// Of kernels: so many of the longest that are shown fit into an answer.
    private static let mostNames = 6

    /// What was expected and what came.
    func write(to writer: inout ResponseWriter) {
        switch self {
        case .bodyTooLarge(let limit, let length):
            writer.write("the body limit is ")
            writer.write(limit)
            writer.write(" bytes; this body has ")
            writer.write(length)
        case .memoryTooSmall(let budget, let needed):
            writer.write("this request needs ")
            writer.write(needed)
            writer.write(" bytes of memory; the server's budget is ")
            writer.write(budget)
        case .notFloats(let length):
            writer.write("float32 values have 4 bytes; ")
            writer.write(length)
            writer.write(" bytes are no whole number of them")
        case .notRows(let values, let columns):
            writer.write("expected rows of ")
            writer.write(columns)
            writer.write(" float32 values; ")
            writer.write(values)
            writer.write(" values are no whole number of rows (set ?columns=)")
        case .notAccepted(let values, let kernel):
            writer.write("the kernel ")
            writer.write(kernel)
            writer.write(" does not take this number of values: ")
            writer.write(values)
        case .unknownKernel(let came, let offered):
            writer.write("no such kernel: ")
            writer.write(came)
            writer.write("; there are ")
            for (index, name) in offered.prefix(Self.mostNames).enumerated() {
                if index > 0 { writer.write(", ") }
                writer.write(name)
            }
            if offered.count > Self.mostNames { writer.write(", ...") }
        case .headTooSlow(let timeout):
            writer.write("a head has to be whole ")
            writer.write(timeout)
            writer.write(" after its first byte; this is not")
        case .bodyTooSlow(let demanded, let period, let arrived):
            writer.write("at least ")
            writer.write(demanded)
            writer.write(" bytes of a body, or all that is left, have to come in every ")
            writer.write(period)
            writer.write("; of this came ")
            writer.write(arrived)
        case .handlerTooSlow(let timeout):
            writer.write("no answer within ")
            writer.write(timeout)
        }
    }
}
