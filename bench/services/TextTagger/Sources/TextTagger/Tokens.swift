/// A word, a number or a mark, and where it stands in the text, in bytes.
struct Token {
    let start: Int
    let end: Int
    /// In lower case, of ASCII.
    let word: [UInt8]
    let shape: Shape

    var isWord: Bool { shape != .number && shape != .mark }

    enum Shape: String {
        case lower, title, upper, mixed, number, mark
    }
}

/// A word is letters, with inner apostrophes and hyphens; a number is digits; any other byte that is no space is a
/// mark. Bytes from 0x80 on are letters, so that no character of UTF-8 is ever cut.
func tokenize(_ text: [UInt8]) -> [Token] {
    var tokens: [Token] = []
    var next = 0
    while next < text.count {
        let start = next
        let byte = text[start]
        next += 1
        if byte <= UInt8(ascii: " ") { continue }
        if isDigit(byte) {
            while next < text.count, isDigit(text[next]) { next += 1 }
        } else if isLetter(byte) {
            while next < text.count, isLetter(text[next]) || joins(text, at: next) { next += 1 }
        }
        tokens.append(token(text, from: start, to: next))
    }
    return tokens
}

private func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
}

private func isCapital(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
}

private func isLetter(_ byte: UInt8) -> Bool {
    byte >= 0x80 || isCapital(byte & ~0x20)
}

/// Whether an apostrophe or a hyphen stands here before a letter.
private func joins(_ text: [UInt8], at index: Int) -> Bool {
    (text[index] == UInt8(ascii: "'") || text[index] == UInt8(ascii: "-"))
        && index + 1 < text.count && isLetter(text[index + 1])
}

private func token(_ text: [UInt8], from start: Int, to end: Int) -> Token {
    var word: [UInt8] = []
    word.reserveCapacity(end - start)
    var capitals = 0
    for byte in text[start..<end] {
        if isCapital(byte) { capitals += 1 }
        word.append(isCapital(byte) ? byte | 0x20 : byte)
    }
    let shape: Token.Shape =
        if isDigit(text[start]) {
            .number
        } else if !isLetter(text[start]) {
            .mark
        } else if capitals == 0 {
            .lower
        } else if capitals == 1 && isCapital(text[start]) {
            .title
        } else {
            capitals == end - start ? .upper : .mixed
        }
    return Token(start: start, end: end, word: word, shape: shape)
}
