/// Whether a text is well-formed XML, as far as a picture uses it: elements that close in order, attributes in
/// double quotes and each once, no bare `<` or `&`.
public struct XMLCheck {
    /// How many elements there are of each name.
    public private(set) var counts: [String: Int] = [:]
    /// The text of all elements.
    public private(set) var text = ""
    /// What is wrong; nil when it is well-formed.
    public private(set) var fault: String?

    /// Reads a document.
    public init(_ document: String) {
        var open: [String] = []
        var hasRoot = false
        var rest = Substring(document)
        while fault == nil, !rest.isEmpty {
            let content = rest.prefix { $0 != "<" }
            rest = rest.dropFirst(content.count)
            checkEntities(content)
            text += content
            guard !rest.isEmpty else { break }
            let tag = rest.dropFirst().prefix { $0 != ">" }
            rest = rest.dropFirst(tag.count + 2)
            if tag.hasPrefix("?") {
                if hasRoot || !tag.hasSuffix("?") { fault = "<\(tag)>" }
            } else if tag.hasPrefix("/") {
                if open.popLast() != String(tag.dropFirst()) { fault = "<\(tag)> closes what is not open" }
            } else {
                if open.isEmpty, hasRoot { fault = "a second root: \(tag)" }
                hasRoot = true
                let isEmpty = tag.hasSuffix("/")
                let name = readTag(isEmpty ? tag.dropLast() : tag)
                counts[name, default: 0] += 1
                if !isEmpty { open.append(name) }
            }
        }
        if !open.isEmpty { fault = fault ?? "not closed: \(open)" }
        if !hasRoot { fault = fault ?? "no element" }
    }

    private mutating func readTag(_ tag: Substring) -> String {
        let name = tag.prefix { $0.isLetter || $0.isNumber }
        var rest = tag.dropFirst(name.count)
        var names: Set<Substring> = []
        if name.isEmpty { fault = "no name: <\(tag)>" }
        while fault == nil, !rest.isEmpty {
            let attribute = rest.dropFirst().prefix { $0.isLetter || $0.isNumber || $0 == "-" }
            let value = rest.dropFirst(attribute.count + 1)
            guard rest.first == " ", !attribute.isEmpty, value.hasPrefix("=\""),
                names.insert(attribute).inserted
            else {
                fault = "attributes: <\(tag)>"
                break
            }
            let content = value.dropFirst(2).prefix { $0 != "\"" }
            checkEntities(content)
            rest = value.dropFirst(content.count + 2)
            guard rest.popFirst() == "\"" else {
                fault = "a value does not end: <\(tag)>"
                break
            }
        }
        return String(name)
    }

    private mutating func checkEntities(_ content: Substring) {
        let known = ["amp;", "lt;", "gt;", "quot;"]
        for part in content.split(separator: "&", omittingEmptySubsequences: false).dropFirst()
        where !known.contains(where: part.hasPrefix) {
            fault = "&\(part.prefix(8))"
        }
        if content.unicodeScalars.contains(where: { $0.value < 0x20 && $0 != "\n" }) {
            fault = "a control character"
        }
    }
}
