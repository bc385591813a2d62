internal import ArgumentParser
internal import Reduction

/// Where a running server is asked: `http://HOST:PORT[/PATH][?QUERY]`.
struct ServerURL: Equatable {
    let host: String
    let port: UInt16
    /// Path and query, `/predict` when the URL has none.
    let path: String

    init?(_ text: String) {
        let scheme = "http://"
        guard text.lowercased().hasPrefix(scheme) else { return nil }
        let rest = text.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let target = rest.dropFirst(authority.count)
        let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
        guard 1...2 ~= parts.count, !parts[0].isEmpty,
            let port = parts.count == 2 ? UInt16(parts[1]) : 80, port > 0,
            target.utf8.allSatisfy({ 0x21...0x7e ~= $0 && $0 != UInt8(ascii: "#") })
        else { return nil }
        host = String(parts[0])
        self.port = port
        switch target.first {
        case nil: path = "/predict"
        case "?": path = "/predict" + target
        default: path = target == "/" ? "/predict" : String(target)
        }
    }

    /// The columns that its query asks for; nil when it asks for none.
    var columns: Int? { values(of: "columns").first.flatMap { Int($0) } }

    /// The request target with the number of columns, unless the URL tells it.
    func target(columns: Int) -> String {
        guard path.contains("?") else { return path + "?columns=\(columns)" }
        return values(of: "columns").isEmpty ? path + "&columns=\(columns)" : path
    }

    /// - Throws: where the query asks for what the answers cannot be compared with.
    func check(valueCount: Int) throws {
        let (columns, kernels) = (values(of: "columns"), values(of: "kernel"))
        guard columns.count <= 1, kernels.count <= 1 else {
            throw ValidationError("--url has columns or kernel more than once")
        }
        if let kernel = kernels.first, kernel != RowMeanStd.name {
            throw ValidationError(
                "--url asks for kernel=\(kernel), and answers are compared with those of \(RowMeanStd.name)")
        }
        guard let text = columns.first else { return }
        let isNumber = text.allSatisfy { $0.isASCII && $0.isNumber }
        // One value is a row of its own, whatever the columns.
        guard isNumber, let number = Int(text), number >= 1, valueCount == 1 || valueCount % number == 0
        else {
            throw ValidationError(
                "--url asks for columns=\(text), which does not divide the \(valueCount) values of a body")
        }
    }

    /// The values of a parameter of the query, as they stand there.
    private func values(of name: String) -> [Substring] {
        guard let question = path.firstIndex(of: "?") else { return [] }
        return path[question...].dropFirst().split(separator: "&").compactMap { parameter -> Substring? in
            let parts = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts[0] == name else { return nil }
            return parts.count == 2 ? parts[1] : ""
        }
    }
}
