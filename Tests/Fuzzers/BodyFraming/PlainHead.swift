import HTTP1

/// The fields of a request, read once more as plainly as can be: as lines, as lists of text. It decides what
/// the parser must decide; RFC 9112 sections 5 to 7, and of two ways to read a message neither.
struct PlainHead {
    enum Decision: Equatable {
        case taken(BodyFraming, expectsContinue: Bool, keepsAlive: Bool)
        case refused(Int)
    }

    var isHTTP11: Bool
    var hosts = 0
    var fields = 0
    private var lengths: [Int] = []
    private var codings: [String] = []
    private var options: [String] = []
    private var expectations: [String] = []
    private var once: Set<String> = []

    init(isHTTP11: Bool, hosts: Int = 0, fields: Int = 0) {
        self.isHTTP11 = isHTTP11
        self.hosts = hosts
        self.fields = fields
    }

    private struct Refused: Error {
        var status = 400
    }

    /// - Parameter lines: what follows the request line, and what `init` was told of; an empty line ends it.
    mutating func decide(_ lines: ArraySlice<UInt8>) -> Decision {
        do throws(Refused) {
            var rest = lines
            while true {
                let line = rest.prefix { $0 != 0x0D }
                rest = rest[line.endIndex...]
                // What is settled by a line's first byte comes before what is wrong later in the line.
                if let first = line.first {
                    if first == 0x20 || first == 0x09 { throw Refused() }
                    fields += 1
                    if fields > 64 { throw Refused(status: 431) }
                }
                guard rest.starts(with: [0x0D, 0x0A]) else { throw Refused() }
                rest = rest.dropFirst(2)
                if line.isEmpty { return try settle() }
                try take(line)
            }
        } catch {
            return .refused(error.status)
        }
    }

    private mutating func take(_ line: ArraySlice<UInt8>) throws(Refused) {
        guard let colon = line.firstIndex(of: 0x3A) else { throw Refused() }
        let name = Self.text(line[..<colon]).lowercased()
        let raw = Self.text(line[(colon + 1)...])
        guard Self.isToken(name), !raw.unicodeScalars.contains(where: Self.isForbidden) else {
            throw Refused()
        }
        let value = Self.trimmed(raw[...])
        switch name {
        case "host":
            hosts += 1
            guard hosts == 1, Self.isHost(value) else { throw Refused() }
        case "content-length":
            guard lengths.isEmpty, !value.isEmpty, value.allSatisfy({ "0123456789".contains($0) }),
                let length = Int(value)
            else { throw Refused() }
            lengths.append(length)
        case "transfer-encoding":
            for member in raw.split(separator: ",", omittingEmptySubsequences: false) {
                codings.append(try Self.coding(member.hasPrefix(" ") ? member.dropFirst() : member))
            }
            // Once, and last.
            if codings.dropLast().contains("chunked") { throw Refused() }
        case "connection":
            options += value.split(separator: ",").map { Self.trimmed($0).lowercased() }
        case "expect": expectations.append(value.lowercased())
        case "content-type", "origin", "authorization":
            guard once.insert(name).inserted else { throw Refused() }
        default: break
        }
    }

    private func settle() throws(Refused) -> Decision {
        if isHTTP11, hosts == 0 { throw Refused() }
        var framing = lengths.first.map { BodyFraming.length($0) } ?? .none
        if !codings.isEmpty {
            if !isHTTP11 || !lengths.isEmpty { throw Refused() }
            if codings != ["chunked"] { throw Refused(status: 501) }
            framing = .chunked
        }
        if expectations.contains(where: { $0 != "100-continue" }) { throw Refused(status: 417) }
        let hasBody = framing != .none && framing != .length(0)
        return .taken(
            framing, expectsContinue: !expectations.isEmpty && isHTTP11 && hasBody,
            keepsAlive: !options.contains("close") && (isHTTP11 || options.contains("keep-alive")))
    }

    /// The name of one transfer coding; parameters are for the unknown ones.
    private static func coding(_ member: Substring) throws(Refused) -> String {
        let parts = member.split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false)
        let name = parts[0].lowercased()
        guard isToken(name), parts.count == 1 || name != "chunked" else { throw Refused() }
        return name
    }

    /// A name or an address in brackets, and perhaps a port.
    private static func isHost(_ value: String) -> Bool {
        var rest = Substring(value)
        if rest.first == "[" {
            guard let end = rest.firstIndex(of: "]") else { return false }
            let address = rest[..<end].dropFirst()
            guard !address.isEmpty, address.allSatisfy({ "0123456789abcdefABCDEF:.".contains($0) }) else {
                return false
            }
            rest = rest[end...].dropFirst()
        } else {
            let name = rest.prefix { letters.contains($0) || "-._~%!$&'()*+;=".contains($0) }
            if name.isEmpty { return false }
            rest = rest[name.endIndex...]
        }
        return rest.isEmpty || rest.first == ":" && rest.dropFirst().allSatisfy { "0123456789".contains($0) }
    }

    private static let letters = Set("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    private static let tokenCharacters = letters.union("!#$%&'*+-.^_`|~")

    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty && text.allSatisfy { tokenCharacters.contains($0) }
    }

    private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 && scalar != "\t" || scalar.value == 0x7F
    }

    private static func trimmed(_ text: Substring) -> String {
        let blanks: Set<Character> = [" ", "\t"]
        var text = text.drop { blanks.contains($0) }
        while let last = text.last, blanks.contains(last) { text.removeLast() }
        return String(text)
    }

    /// Each byte as the character of that number, so that none is lost.
    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: bytes.map { Unicode.Scalar($0) })
        return String(text)
    }
}
