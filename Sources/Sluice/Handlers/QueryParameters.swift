/// The parameters of a query, `name=value` between ampersands, percent-decoded; a `+` is a space.
public struct QueryParameters: Sendable, Equatable {
    private var found: [Pair] = []

    private struct Pair: Sendable, Equatable {
        var name: String
        var value: String
    }

    /// - Parameter query: what follows the question mark.
    init(_ query: some StringProtocol) {
        for pair in query.split(separator: "&") {
            let name = pair.prefix { $0 != "=" }
            let value = pair.dropFirst(name.count + 1)
            found.append(
                Pair(
                    name: PercentCoding.decoded(name, plusIsSpace: true),
                    value: PercentCoding.decoded(value, plusIsSpace: true)))
        }
    }

    /// The first value of that name; empty where it stands without one, nil where it does not stand at all.
    public subscript(_ name: String) -> String? { found.first { $0.name == name }?.value }

    /// All values of that name, in the order sent.
    public func values(of name: String) -> [String] { found.filter { $0.name == name }.map(\.value) }
}

/// Percent-coding of RFC 3986.
enum PercentCoding {
    /// A percent sign that two hex digits do not follow stands for itself; bytes that are not UTF-8 are replaced.
    static func decoded(_ text: some StringProtocol, plusIsSpace: Bool = false) -> String {
        let bytes = Array(text.utf8)
        guard bytes.contains(where: { $0 == 0x25 || ($0 == 0x2B && plusIsSpace) }) else {
            return String(text)
        }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            if bytes[index] == 0x25, index + 2 < bytes.count,
                let high = hexValue(bytes[index + 1]), let low = hexValue(bytes[index + 2])
            {
                decoded.append(high << 4 | low)
                index += 3
            } else {
                decoded.append(plusIsSpace && bytes[index] == 0x2B ? 0x20 : bytes[index])
                index += 1
            }
        }
        return String(decoding: decoded, as: UTF8.self)
    }

    private static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }
}
