/// What the slow service has answered.
struct SlowAnswer {
    let isRight: Bool
    let keepsConnection: Bool

    private static let status = Array("HTTP/1.1 200 ".utf8)
    private static let endOfHead = Array("\r\n\r\n".utf8)
    private static let length = Array("content-length:".utf8)
    private static let connection = Array("connection:".utf8)
    private static let close = Array("close".utf8)
    private static let text = Array("slow\n".utf8)

    /// - Returns: nil while it is not whole; one without a length never is.
    init?(_ bytes: [UInt8]) {
        guard let end = Self.endOfHead(of: bytes) else { return nil }
        var length: Int?
        var closes = false
        for line in bytes[..<end].split(separator: UInt8(ascii: "\n")).dropFirst() {
            if let value = Self.value(of: Self.length, in: line) {
                length = Int(String(decoding: value, as: UTF8.self))
            }
            if let value = Self.value(of: Self.connection, in: line), Self.isSame(Self.close, value) {
                closes = true
            }
        }
        let body = bytes[(end + Self.endOfHead.count)...]
        guard let length, length >= 0, body.count >= length else { return nil }
        isRight = bytes.starts(with: Self.status) && body.prefix(length).elementsEqual(Self.text)
        // More than was asked for: whose answer would that be?
        keepsConnection = !closes && body.count == length
    }

    private static func endOfHead(of bytes: [UInt8]) -> Int? {
        var start = 0
        while let index = bytes[start...].firstIndex(of: UInt8(ascii: "\r")) {
            if bytes[index...].starts(with: endOfHead) { return index }
            start = index + 1
        }
        return nil
    }

    /// - Parameter text: in lower case.
    private static func isSame(_ text: [UInt8], _ bytes: ArraySlice<UInt8>) -> Bool {
        text.count == bytes.count && zip(text, bytes).allSatisfy { $0 == $1 | 0x20 }
    }

    /// - Parameter name: in lower case, with its colon.
    private static func value(of name: [UInt8], in line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard isSame(name, line.prefix(name.count)) else { return nil }
        let isSpace = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\r") }
        var value = line.dropFirst(name.count).drop(while: isSpace)
        while let last = value.last, isSpace(last) { value.removeLast() }
        return value
    }
}
