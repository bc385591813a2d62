internal import HTTP1

/// A route's path, some of whose segments may be named: `/models/{name}/predict`.
struct PathPattern: Sendable, Equatable {
    enum Segment: Sendable, Equatable {
        case literal([UInt8])
        case parameter(String)
    }

    let segments: [Segment]

    /// - Parameter path: begins with `/`.
    /// - Returns: nil for a path without a name in it, which is compared as a whole.
    init?(_ path: String) {
        guard path.contains("{") || path.contains("}") else { return nil }
        segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { segment in
            guard segment.contains("{") || segment.contains("}") else { return .literal(Array(segment.utf8)) }
            let name = segment.dropFirst().dropLast()
            precondition(
                segment.hasPrefix("{") && segment.hasSuffix("}") && !name.isEmpty
                    && !name.contains("{") && !name.contains("}"),
                "\(path): a name stands alone between two slashes, as in /models/{name}/predict")
            return .parameter(String(name))
        }
        let names = segments.compactMap { if case .parameter(let name) = $0 { name } else { nil } }
        precondition(Set(names).count == names.count, "\(path) names a segment twice")
    }

    /// Whether the same paths match, whatever their segments are called.
    func isSameForm(as other: PathPattern?) -> Bool {
        guard let other, segments.count == other.segments.count else { return false }
        return zip(segments, other.segments).allSatisfy { one, other in
            switch (one, other) {
            case (.parameter, .parameter): true
            default: one == other
            }
        }
    }

    /// Whether a path is of this form; a named segment is at least one byte, and neither `.` nor `..`: to whoever
    /// stands before us that is another path. Allocates nothing.
    func matches(_ path: RawSpan) -> Bool {
        var offset = 0
        for segment in segments {
            guard offset < path.byteCount, path.byte(at: offset) == UInt8(ascii: "/") else { return false }
            offset += 1
            let begin = offset
            while offset < path.byteCount, path.byte(at: offset) != UInt8(ascii: "/") { offset += 1 }
            switch segment {
            case .parameter:
                if begin == offset || Self.isDots(path.extracting(begin..<offset)) { return false }
            case .literal(let bytes): if !path.extracting(begin..<offset).equals(bytes) { return false }
            }
        }
        return offset == path.byteCount
    }

    /// Whether it is one dot or two, however they are written.
    private static func isDots(_ segment: RawSpan) -> Bool {
        var offset = 0
        var dots = 0
        while offset < segment.byteCount {
            if segment.byte(at: offset) == UInt8(ascii: ".") {
                offset += 1
            } else if offset + 3 <= segment.byteCount, segment.byte(at: offset) == UInt8(ascii: "%"),
                segment.byte(at: offset + 1) == UInt8(ascii: "2"),
                segment.byte(at: offset + 2) | 0x20 == UInt8(ascii: "e")
            {
                offset += 3
            } else {
                return false
            }
            dots += 1
        }
        return dots <= 2
    }

    /// - Parameter path: one that matches.
    func parameters(of path: some StringProtocol) -> PathParameters {
        var found = PathParameters()
        let parts = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        for (segment, part) in zip(segments, parts) {
            if case .parameter(let name) = segment { found.add(name, PercentCoding.decoded(part)) }
        }
        return found
    }
}

/// What stands where a route's path has names, percent-decoded: it may hold `/`, NUL or whatever else was encoded, and is no name of a
/// file before somebody has looked. A segment that is `.` or `..`, however written, is found by no route.
public struct PathParameters: Sendable, Equatable {
    private var found: [(name: String, value: String)] = []

    init() {}

    mutating func add(_ name: String, _ value: String) { found.append((name, value)) }

    /// The segment in the place of `{name}`; nil if the route's path has no such name.
    public subscript(_ name: String) -> String? { found.first { $0.name == name }?.value }

    /// Equal names with equal values, in the order of the path.
    public static func == (one: PathParameters, other: PathParameters) -> Bool {
        one.found.elementsEqual(other.found) { $0 == $1 }
    }
}
