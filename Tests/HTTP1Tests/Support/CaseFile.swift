import Foundation
import Testing

/// One input with what is expected of it, from a file under `Cases/`.
///
/// ```
/// # a comment
/// ## the case's name
/// > input, with \r \n \t \\ \xHH, and \{text*count} for repetition; lines are joined as they are
/// < the verdict
/// < key: value
/// ! setting: value
/// ```
struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var input: [UInt8] = []
    var verdict = ""
    var expectations: [(key: String, value: String)] = []
    var settings: [String: Int] = [:]

    var testDescription: String { name }

    /// The cases of a file. A line that means nothing stops the tests: a case lost is a case passed.
    /// - Parameter settings: what a case of this file may set.
    static func load(_ file: String, settings: Set<String> = []) -> [Case] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        guard let text = try? String(contentsOf: folder.appending(path: "Cases/\(file)"), encoding: .utf8)
        else {
            preconditionFailure("There is no file Cases/\(file).")
        }
        return parse(text, of: file, settings: settings)
    }

    static func parse(_ text: String, of file: String, settings: Set<String>) -> [Case] {
        var cases: [Case] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: true) {
            if line.hasPrefix("## ") {
                cases.append(Case(name: String(line.dropFirst(3))))
                continue
            }
            if line.hasPrefix("#") { continue }
            precondition(!cases.isEmpty, "\(file): a line before the first case: \(line)")
            let rest = line.dropFirst(2)
            var current = cases.removeLast()
            switch line.prefix(2) {
            case "> ": current.input += unescape(rest)
            case "< " where current.verdict.isEmpty: current.verdict = String(rest)
            case "< ": current.expectations.append(pair(rest))
            case "! ":
                let setting = pair(rest)
                guard settings.contains(setting.key), let value = Int(setting.value) else {
                    preconditionFailure("\(file): not a setting with a number: \(line)")
                }
                current.settings[setting.key] = value
            default: preconditionFailure("\(file): not a line of a case: \(line)")
            }
            cases.append(current)
        }
        for one in cases { precondition(!one.verdict.isEmpty, "\(file): \(one.name) expects nothing.") }
        return cases
    }

    private static func pair(_ text: Substring) -> (key: String, value: String) {
        guard let colon = text.firstIndex(of: ":") else { preconditionFailure("Not `key: value`: \(text)") }
        return (String(text[..<colon]), String(text[text.index(after: colon)...].drop { $0 == " " }))
    }

    /// Bytes from text with escapes.
    static func unescape(_ text: Substring) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\") else {
                bytes.append(byte)
                continue
            }
            switch rest.popFirst() {
            case UInt8(ascii: "r"): bytes.append(0x0D)
            case UInt8(ascii: "n"): bytes.append(0x0A)
            case UInt8(ascii: "t"): bytes.append(0x09)
            case UInt8(ascii: "\\"): bytes.append(0x5C)
            case UInt8(ascii: "x"):
                let digits = String(decoding: rest.prefix(2), as: UTF8.self)
                guard let value = UInt8(digits, radix: 16) else {
                    preconditionFailure("Not two digits: \(digits)")
                }
                bytes.append(value)
                rest = rest.dropFirst(2)
            case UInt8(ascii: "{"):
                guard let end = rest.firstIndex(of: UInt8(ascii: "}")),
                    let star = rest[..<end].lastIndex(of: UInt8(ascii: "*")),
                    let count = Int(String(decoding: rest[(star + 1)..<end], as: UTF8.self))
                else { preconditionFailure("Not a repetition: \(text)") }
                let repeated = unescape(Substring(decoding: rest[..<star], as: UTF8.self))
                for _ in 0..<count { bytes += repeated }
                rest = rest[(end + 1)...]
            default: preconditionFailure("Not an escape: \(text)")
            }
        }
        return bytes
    }
}

/// Where to cut an input in two: everywhere, or for a long one at both ends and at every 61st byte between.
func cuts(of count: Int) -> [Int] {
    guard count > 2048 else { return Array(0...count) }
    return Array(0...256) + Array(stride(from: 257, to: count - 256, by: 61)) + Array((count - 256)...count)
}
