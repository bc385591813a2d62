/// A picture as text: the few elements of SVG that a chart needs.
public struct SVG {
    private let width: Double
    private let height: Double
    private var elements: [String] = []

    /// An empty picture of so many pixels.
    public init(width: Double, height: Double) {
        self.width = width
        self.height = height
    }

    /// An element without content.
    public mutating func add(_ name: String, _ attributes: KeyValuePairs<String, String>) {
        elements.append("<\(name)\(Self.text(attributes))/>")
    }

    /// A line of text, and a paler one behind it.
    public mutating func addText(
        _ text: String, x: Double, y: Double, _ attributes: KeyValuePairs<String, String> = [:],
        aside: String? = nil
    ) {
        let place: KeyValuePairs = ["x": number(x), "y": number(y)]
        let aside =
            aside.map {
                "<tspan dx=\"8\" font-weight=\"normal\" fill=\"#888888\">\(Self.escaped($0))</tspan>"
            } ?? ""
        elements.append(
            "<text\(Self.text(place))\(Self.text(attributes))>\(Self.escaped(text))\(aside)</text>")
    }

    /// The whole document, with a title for those who cannot see it.
    public func document(title: String) -> String {
        let size = "width=\"\(number(width))\" height=\"\(number(height))\""
        let head =
            "<svg xmlns=\"http://www.w3.org/2000/svg\" \(size) viewBox=\"0 0 \(number(width)) \(number(height))\" "
            + "font-family=\"Helvetica, Arial, 'DejaVu Sans', sans-serif\" font-size=\"11\" fill=\"#333\" role=\"img\">"
        let lines = ["<?xml version=\"1.0\" encoding=\"UTF-8\"?>", head]
        return (lines + ["<title>\(Self.escaped(title))</title>"] + elements + ["</svg>"])
            .map { $0 + "\n" }.joined()
    }

    private static func text(_ attributes: KeyValuePairs<String, String>) -> String {
        attributes.map { " \($0.key)=\"\(escaped($0.value))\"" }.joined()
    }

    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            // XML 1.0 has no other control characters, not even escaped.
            case let other where other.unicodeScalars.allSatisfy { $0.value < 0x20 }: result += " "
            default: result.append(character)
            }
        }
    }
}

/// A length in a picture: a tenth of a pixel is enough.
public func number(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    let sign = tenths < 0 ? "-" : ""
    let (whole, tenth) = abs(tenths).quotientAndRemainder(dividingBy: 10)
    return "\(sign)\(whole)" + (tenth == 0 ? "" : ".\(tenth)")
}
