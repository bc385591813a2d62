/// What a name may be the name of; the raw values are in the order of the tags.
public enum Label: Int, CaseIterable, Sendable {
    case person, place, water, group, work, building, event, date

    /// As the tables and the answer spell it.
    public var name: String {
        switch self {
        case .person: "PERSON"
        case .place: "PLACE"
        case .water: "WATER"
        case .group: "GROUP"
        case .work: "WORK"
        case .building: "BUILDING"
        case .event: "EVENT"
        case .date: "DATE"
        }
    }

    init?(named name: [UInt8]) {
        guard let label = Self.allCases.first(where: { Array($0.name.utf8) == name }) else { return nil }
        self = label
    }
}

/// A token's tag as a number: 0 is outside of a name, then each label's begin and inside.
enum Tag {
    static let outside = 0
    static let count = 17

    static func begin(_ label: Label) -> Int { 1 + 2 * label.rawValue }
    static func inside(_ label: Label) -> Int { 2 + 2 * label.rawValue }
    static func isBegin(_ tag: Int) -> Bool { tag % 2 == 1 }
    static func isInside(_ tag: Int) -> Bool { tag != outside && tag % 2 == 0 }
    static func label(of tag: Int) -> Label { Label.allCases[(tag - 1) / 2] }

    /// As the tables spell it.
    static func name(of tag: Int) -> String {
        tag == outside ? "O" : (isBegin(tag) ? "B-" : "I-") + label(of: tag).name
    }

    /// The tag with a name like `B-PLACE`, as the tables spell it.
    static func named(_ name: [UInt8]) -> Int? {
        (0..<count).first { Array(self.name(of: $0).utf8) == name }
    }
}

/// A score for each tag.
typealias Scores = InlineArray<17, Int>

/// What is added where a tag may not follow another; no text is long enough to make up for it.
let impossible = -1_000_000
