/// Texts broken into lines that fit a width in pixels, by the width of an average letter.
///
/// - Parameter letter: 5.4 is right for letters of 10 pixels.
public func wrapped(_ texts: [String], width: Double, letter: Double = 5.4) -> [String] {
    let limit = Int(width / letter)
    return texts.flatMap { text in
        text.split(separator: " ").reduce(into: [""]) { lines, word in
            if lines.last!.isEmpty {
                lines[lines.count - 1] = String(word)
            } else if lines.last!.count + 1 + word.count <= limit {
                lines[lines.count - 1] += " " + word
            } else {
                lines.append(String(word))
            }
        }
    }
}
